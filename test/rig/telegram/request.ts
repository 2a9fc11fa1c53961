import type { IncomingMessage } from 'node:http'

export interface FakeFile {
  readonly name: string
  readonly bytes: Uint8Array
}

export type Fields = ReadonlyMap<string, unknown>

/** The parameters of a call: from the address, and from a body in JSON, a form, or multipart with files. */
export async function readFields(request: IncomingMessage, query: URLSearchParams): Promise<Fields> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk as Uint8Array)
  const body = Buffer.concat(chunks)
  const type = request.headers['content-type'] ?? ''
  return new Map<string, unknown>([...query, ...(await readBody(body, type))])
}

async function readBody(body: Buffer, type: string): Promise<Iterable<[string, unknown]>> {
  if (body.length === 0) return []
  if (type.startsWith('application/json')) return Object.entries(JSON.parse(body.toString()) as object)
  if (type.startsWith('application/x-www-form-urlencoded')) return new URLSearchParams(body.toString())
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData()
  return Promise.all(
    [...form].map(async ([name, value]) => [name, await readPart(value)] as [string, unknown]),
  )
}

const readPart = async (part: FormDataEntryValue): Promise<string | FakeFile> =>
  typeof part === 'string' ? part : { name: part.name, bytes: new Uint8Array(await part.arrayBuffer()) }

export const textField = (fields: Fields, name: string): string | undefined => {
  const value = fields.get(name)
  return value === undefined || value === null ? undefined : String(value)
}

export const numberField = (fields: Fields, name: string, fallback: number): number =>
  Number(textField(fields, name) ?? fallback)

export const flagField = (fields: Fields, name: string): boolean => textField(fields, name) === 'true'

/** Objects come as JSON in a JSON body and as a text of JSON in a form. */
export const objectField = (fields: Fields, name: string): unknown => {
  const value = fields.get(name)
  return typeof value === 'string' ? JSON.parse(value) : value
}

/** A file is a part of its own name, or of the name behind `attach://`; anything else is an address or a file id. */
export const fileField = (fields: Fields, name: string): FakeFile | string | undefined => {
  const value = fields.get(name)
  if (typeof value !== 'string') return value as FakeFile | undefined
  return value.startsWith('attach://') ? (fields.get(value.slice('attach://'.length)) as FakeFile) : value
}
