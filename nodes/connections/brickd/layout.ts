/** Types of the Tinkerforge protocol (TFP), little endian. `[n]` makes an array; bool arrays are packed into bits, strings padded with NUL. */
export type ScalarType = 'bool' | 'char' | 'u8' | 'i8' | 'u16' | 'i16' | 'u32' | 'i32' | 'u64' | 'i64' | 'f32'
export type FieldType = ScalarType | `${ScalarType}[${number}]` | `string[${number}]`

/** The fields of a payload, in order. */
export type Layout = readonly FieldType[]

type Scalar = number | bigint | boolean | string
export type Value = Scalar | readonly Scalar[]

/** Packs values into a payload. Throws a `RangeError` that names the position of a value that does not fit. */
export function pack(layout: Layout, values: readonly Value[]): Buffer {
  if (values.length !== layout.length)
    throw new RangeError(`${layout.length} values were expected, not ${values.length}`)
  const payload = Buffer.alloc(sizeOf(layout))
  let offset = 0
  for (const [index, type] of layout.entries()) {
    const field = parseField(type)
    try {
      writeField(field, payload, offset, values[index] as Value)
    } catch (cause) {
      throw new RangeError(`value ${index + 1} does not fit ${type}: ${(cause as Error).message}`, { cause })
    }
    offset += field.size
  }
  return payload
}

/** Reads the values of a payload. Throws a `RangeError` if it has another length. */
export function unpack(layout: Layout, payload: Buffer): Value[] {
  if (payload.length !== sizeOf(layout))
    throw new RangeError(`${sizeOf(layout)} bytes were expected, not ${payload.length}`)
  let offset = 0
  return layout.map((type) => {
    const field = parseField(type)
    const value = readField(field, payload, offset)
    offset += field.size
    return value
  })
}

/** Length of a payload in bytes. */
export const sizeOf = (layout: Layout): number =>
  layout.reduce((size, type) => size + parseField(type).size, 0)

interface Field {
  readonly base: ScalarType | 'string'
  /** `undefined`: not an array. */
  readonly count: number | undefined
  readonly size: number
}

const fields = new Map<FieldType, Field>()

function parseField(type: FieldType): Field {
  const known = fields.get(type)
  if (known) return known
  const [, base, length] = /^([a-z]+\d*)(?:\[(\d+)\])?$/.exec(type) ?? []
  const count = length === undefined ? undefined : Number(length)
  const name = base as Field['base']
  const field = { base: name, count, size: fieldSize(name, count ?? 1) }
  fields.set(type, field)
  return field
}

function fieldSize(base: Field['base'], count: number): number {
  if (base === 'string') return count
  return base === 'bool' ? Math.ceil(count / 8) : count * scalars[base].size
}

function writeField({ base, count }: Field, into: Buffer, at: number, value: Value): void {
  if (base === 'string') writeText(into, at, String(value), count ?? 1)
  else if (count === undefined) scalars[base].write(into, value as Scalar, at)
  else writeItems(base, count, into, at, value as readonly Scalar[])
}

function writeItems(
  base: ScalarType,
  count: number,
  into: Buffer,
  at: number,
  items: readonly Scalar[],
): void {
  if (items.length !== count) throw new RangeError(`${count} items were expected, not ${items.length}`)
  for (const [index, item] of items.entries()) {
    if (base !== 'bool') scalars[base].write(into, item, at + index * scalars[base].size)
    else if (item) into[at + (index >> 3)] = (into[at + (index >> 3)] ?? 0) | (1 << (index & 7))
  }
}

function readField({ base, count }: Field, from: Buffer, at: number): Value {
  if (base === 'string') return readText(from, at, count ?? 1)
  if (count === undefined) return scalars[base].read(from, at)
  return Array.from({ length: count }, (_, index) =>
    base === 'bool'
      ? (((from[at + (index >> 3)] ?? 0) >> (index & 7)) & 1) === 1
      : scalars[base].read(from, at + index * scalars[base].size),
  )
}

function writeText(into: Buffer, at: number, text: string, length: number): void {
  if (text.length > length) throw new RangeError(`the text has more than ${length} characters`)
  into.write(text, at, length, 'latin1')
}

function readText(from: Buffer, at: number, length: number): string {
  const end = from.indexOf(0, at)
  return from.toString('latin1', at, end < 0 ? at + length : Math.min(end, at + length))
}

interface ScalarCodec {
  readonly size: number
  read(from: Buffer, at: number): Scalar
  write(into: Buffer, value: Scalar, at: number): void
}

const scalars: Readonly<Record<ScalarType, ScalarCodec>> = {
  bool: {
    size: 1,
    read: (b, at) => b.readUInt8(at) !== 0,
    write: (b, v, at) => void b.writeUInt8(v ? 1 : 0, at),
  },
  char: {
    size: 1,
    read: (b, at) => b.toString('latin1', at, at + 1),
    write: (b, v, at) => void b.writeUInt8(String(v).charCodeAt(0), at),
  },
  u8: { size: 1, read: (b, at) => b.readUInt8(at), write: (b, v, at) => void b.writeUInt8(Number(v), at) },
  i8: { size: 1, read: (b, at) => b.readInt8(at), write: (b, v, at) => void b.writeInt8(Number(v), at) },
  u16: {
    size: 2,
    read: (b, at) => b.readUInt16LE(at),
    write: (b, v, at) => void b.writeUInt16LE(Number(v), at),
  },
  i16: {
    size: 2,
    read: (b, at) => b.readInt16LE(at),
    write: (b, v, at) => void b.writeInt16LE(Number(v), at),
  },
  u32: {
    size: 4,
    read: (b, at) => b.readUInt32LE(at),
    write: (b, v, at) => void b.writeUInt32LE(Number(v), at),
  },
  i32: {
    size: 4,
    read: (b, at) => b.readInt32LE(at),
    write: (b, v, at) => void b.writeInt32LE(Number(v), at),
  },
  u64: {
    size: 8,
    read: (b, at) => b.readBigUInt64LE(at),
    write: (b, v, at) => void b.writeBigUInt64LE(BigInt(v), at),
  },
  i64: {
    size: 8,
    read: (b, at) => b.readBigInt64LE(at),
    write: (b, v, at) => void b.writeBigInt64LE(BigInt(v), at),
  },
  f32: {
    size: 4,
    read: (b, at) => b.readFloatLE(at),
    write: (b, v, at) => void b.writeFloatLE(Number(v), at),
  },
}
