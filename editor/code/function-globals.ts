/** What functions have of the web platform, in as many words as it takes: the compiler's own file of it has a megabyte. */
export const functionGlobals = `
type BufferSource = ArrayBuffer | ArrayBufferView
declare class URLSearchParams {
  constructor(init?: string | Record<string, string> | [string, string][] | URLSearchParams)
  readonly size: number
  append(name: string, value: string): void
  delete(name: string, value?: string): void
  get(name: string): string | null
  getAll(name: string): string[]
  has(name: string, value?: string): boolean
  set(name: string, value: string): void
  sort(): void
  toString(): string
  entries(): IterableIterator<[string, string]>
  keys(): IterableIterator<string>
  values(): IterableIterator<string>
  forEach(call: (value: string, name: string) => void): void
  [Symbol.iterator](): IterableIterator<[string, string]>
}
declare class URL {
  constructor(url: string | URL, base?: string | URL)
  static canParse(url: string | URL, base?: string | URL): boolean
  hash: string; host: string; hostname: string; href: string; readonly origin: string; password: string
  pathname: string; port: string; protocol: string; search: string; readonly searchParams: URLSearchParams
  username: string
  toString(): string
  toJSON(): string
}
declare class TextEncoder { encode(text?: string): Uint8Array<ArrayBuffer> }
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean })
  decode(bytes?: BufferSource): string
}
interface CryptoKey { readonly algorithm: { name: string }; readonly extractable: boolean; readonly type: string }
type KeyFormat = 'raw' | 'jwk' | 'pkcs8' | 'spki'
interface SubtleCrypto {
  digest(algorithm: string, data: BufferSource): Promise<ArrayBuffer>
  importKey(format: KeyFormat, key: any, algorithm: any, extractable: boolean, uses: string[]): Promise<CryptoKey>
  exportKey(format: KeyFormat, key: CryptoKey): Promise<any>
  generateKey(algorithm: any, extractable: boolean, uses: string[]): Promise<any>
  deriveBits(algorithm: any, key: CryptoKey, bits: number): Promise<ArrayBuffer>
  deriveKey(algorithm: any, key: CryptoKey, derived: any, extractable: boolean, uses: string[]): Promise<CryptoKey>
  sign(algorithm: any, key: CryptoKey, data: BufferSource): Promise<ArrayBuffer>
  verify(algorithm: any, key: CryptoKey, signature: BufferSource, data: BufferSource): Promise<boolean>
  encrypt(algorithm: any, key: CryptoKey, data: BufferSource): Promise<ArrayBuffer>
  decrypt(algorithm: any, key: CryptoKey, data: BufferSource): Promise<ArrayBuffer>
}
declare const crypto: {
  readonly subtle: SubtleCrypto
  randomUUID(): string
  getRandomValues<View extends Uint8Array<ArrayBuffer>>(view: View): View
}
declare class DOMException extends Error { constructor(message?: string, name?: string) }
declare function structuredClone<Value>(value: Value): Value
declare function atob(text: string): string
declare function btoa(text: string): string
`
