import { webcrypto } from 'node:crypto'

/** What the host lends a sandbox: words for plain values, or bytes. Nothing of it keeps anything. */
export const lent: Readonly<Record<string, (args: readonly unknown[], bytes: Uint8Array) => unknown>> = {
  'url parts': () => urlParts,
  url: ([url, base]) => partsOf(new URL(text(url), base === null ? undefined : text(base))),
  'change url': ([url, part, value]) => {
    const changed = new URL(text(url))
    if (urlParts.includes(text(part))) Reflect.set(changed, text(part), text(value))
    return partsOf(changed)
  },
  query: ([query]) => [...new URLSearchParams(text(query))],
  format: ([pairs]) =>
    new URLSearchParams(
      Array.isArray(pairs) ? pairs.map((pair): [string, string] => [text(pair?.[0]), text(pair?.[1])]) : [],
    ).toString(),
  encode: ([value]) => new TextEncoder().encode(text(value)),
  decode: ([label, fatal], bytes) => new TextDecoder(text(label), { fatal: fatal === true }).decode(bytes),
  atob: ([value]) => atob(text(value)),
  btoa: ([value]) => btoa(text(value)),
  uuid: () => webcrypto.randomUUID(),
  random: ([count]) => {
    const length = Number(count)
    if (!Number.isInteger(length) || length < 0 || length > 65_536)
      throw new Error('getRandomValues() takes 65536 bytes at most.')
    return webcrypto.getRandomValues(new Uint8Array(length))
  },
  'subtle methods': () => subtleMethods,
}

export const subtleMethods = [
  ...['digest', 'encrypt', 'decrypt', 'sign', 'verify', 'importKey', 'exportKey', 'generateKey'],
  ...['deriveBits', 'deriveKey', 'wrapKey', 'unwrapKey'],
]

const urlParts: readonly string[] = [
  ...['href', 'origin', 'protocol', 'username', 'password', 'host', 'hostname', 'port', 'pathname'],
  ...['search', 'hash'],
]
const partsOf = (url: URL) => urlParts.map((part) => String(Reflect.get(url, part)))

/** What comes out of a sandbox is only ever a text once it has been looked at. */
function text(value: unknown): string {
  if (typeof value === 'string') return value
  throw new TypeError('A text was expected.')
}
