import type * as z from 'zod'

/** What a form needs to know of one field, read from its schema. */
export interface FormField {
  readonly name: string
  readonly schema: z.core.$ZodType
  readonly meta: z.GlobalMeta
  readonly shape: FieldShape
  /** Shown while nothing is set. */
  readonly fallback: unknown
}

export type FieldShape =
  | { readonly kind: 'text' }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'number'; readonly min?: number; readonly max?: number; readonly isWhole: boolean }
  | { readonly kind: 'choice'; readonly values: readonly Choice[] }
  /** Any number of these values. */
  | { readonly kind: 'choices'; readonly values: readonly Choice[] }
  /** A list of objects with these fields, or of single values: then one field, named `''`. */
  | {
      readonly kind: 'list'
      readonly fields: readonly FormField[]
      readonly isFlat: boolean
      /** How many entries there must and may be. */
      readonly least?: number
      readonly most?: number
    }
  /** Anything else is edited as JSON. */
  | { readonly kind: 'json' }

export type Choice = string | number | boolean

type ObjectShape = Readonly<Record<string, z.core.$ZodType>>

/** The fields of a config schema, in the order in which they were written. */
export const readFields = (schema: z.ZodObject): readonly FormField[] => readShape(schema.shape)

const readShape = (shape: ObjectShape): readonly FormField[] =>
  Object.entries(shape).map(([name, schema]) => readField(name, schema))

/** One field: the wrappers (default, optional, transform …) are taken off, and what they say is kept. */
export function readField(name: string, schema: z.core.$ZodType): FormField {
  const layers = unwrap(schema as z.ZodType)
  const meta: z.GlobalMeta = Object.assign({}, ...layers.toReversed().map((layer) => layer.meta()))
  const core = layers.at(-1) ?? (schema as z.ZodType)
  return { name, schema, meta, shape: shapeOf(core), fallback: fallbackOf(layers) }
}

// From the outermost wrapper to the type itself. Zod's classes are told apart by `def.type`.
function unwrap(schema: z.ZodType): readonly z.ZodType[] {
  const inner = innerOf(schema)
  return inner ? [schema, ...unwrap(inner)] : [schema]
}

function innerOf(schema: z.ZodType): z.ZodType | undefined {
  const def = schema.def as { readonly type: string; readonly innerType?: z.ZodType; readonly in?: z.ZodType }
  return def.type === 'pipe' ? def.in : def.innerType
}

function fallbackOf(layers: readonly z.ZodType[]): unknown {
  for (const layer of layers) {
    const def = layer.def as { readonly type: string; readonly defaultValue?: unknown }
    if (def.type === 'default' || def.type === 'prefault') return def.defaultValue
  }
  return undefined
}

function shapeOf(schema: z.ZodType): FieldShape {
  switch (schema.def.type) {
    case 'string':
      return { kind: 'text' }
    case 'boolean':
      return { kind: 'boolean' }
    case 'number':
      return numberShape(schema as z.ZodNumber)
    case 'enum':
      return { kind: 'choice', values: (schema as z.ZodEnum).options }
    case 'literal':
      return choiceOf([...(schema as z.ZodLiteral).values])
    case 'union':
      return unionShape(schema as z.ZodUnion)
    case 'array':
      return listShape(schema as z.ZodArray)
    default:
      return { kind: 'json' }
  }
}

function numberShape(schema: z.ZodNumber): FieldShape {
  const isWhole = schema.isInt
  const min = bound(schema, schema.minValue, isWhole ? 1 : 0)
  const max = bound(schema, schema.maxValue, isWhole ? -1 : 0)
  return { kind: 'number', isWhole, ...(min !== undefined && { min }), ...(max !== undefined && { max }) }
}

// An open bound (`positive()`) is moved inside by one whole step; the safe integers are no bound.
function bound(schema: z.ZodNumber, value: number | null, inwards: number): number | undefined {
  if (value === null || !Number.isFinite(value) || Math.abs(value) === Number.MAX_SAFE_INTEGER)
    return undefined
  return schema.safeParse(value).success ? value : value + inwards
}

function unionShape(schema: z.ZodUnion): FieldShape {
  const options = schema.options as readonly z.ZodType[]
  // What may be written shorter is edited at length.
  const list = options.find((option) => option.def.type === 'array')
  if (list) return shapeOf(list)
  if (!options.every((option) => option.def.type === 'literal')) return { kind: 'json' }
  return choiceOf(options.flatMap((option) => [...(option as z.ZodLiteral).values]))
}

const isChoice = (value: unknown): value is Choice => ['string', 'number', 'boolean'].includes(typeof value)

const choiceOf = (values: readonly unknown[]): FieldShape =>
  values.every(isChoice) ? { kind: 'choice', values } : { kind: 'json' }

function listShape(schema: z.ZodArray): FieldShape {
  const element = schema.element as z.ZodType
  const bounds = lengthBounds(schema)
  const core = unwrap(element).at(-1)
  if (core?.def.type === 'object')
    return { kind: 'list', fields: readShape((core as z.ZodObject).shape), isFlat: false, ...bounds }
  const field = readField('', element)
  if (field.shape.kind === 'choice') return { kind: 'choices', values: field.shape.values }
  return { kind: 'list', fields: [field], isFlat: true, ...bounds }
}

function lengthBounds({ def }: z.ZodArray): { readonly least?: number; readonly most?: number } {
  type Rule = { readonly check: string; readonly minimum?: number; readonly maximum?: number }
  const rules = (def.checks ?? []).map((check): Rule => check._zod.def)
  const [least, most] = [rules.find(({ minimum }) => minimum), rules.find(({ maximum }) => maximum)]
  return {
    ...(least?.minimum !== undefined && { least: least.minimum }),
    ...(most?.maximum !== undefined && { most: most.maximum }),
  }
}

/** What a field holds now: what is set, else its default. */
export const heldValue = (field: FormField, config: Readonly<Record<string, unknown>>): unknown =>
  config[field.name] ?? field.fallback

/** Whether a field shows: each sibling named in `when` has one of the named values. */
export function isVisible(
  field: FormField,
  fields: readonly FormField[],
  config: Readonly<Record<string, unknown>>,
): boolean {
  return Object.entries(field.meta.when ?? {}).every(([name, values]) => {
    const sibling = fields.find((other) => other.name === name)
    const value = sibling ? heldValue(sibling, config) : config[name]
    return values.some((wanted) => wanted === value)
  })
}

/** A new item of a list: what has a default keeps it, the rest starts empty. */
export function newItem(shape: Extract<FieldShape, { kind: 'list' }>): unknown {
  const [first] = shape.fields
  if (shape.isFlat) return first && startValue(first)
  const values = shape.fields.map((field) => [field.name, startValue(field)] as const)
  return Object.fromEntries(values.filter(([, value]) => value !== undefined))
}

function startValue({ fallback, shape }: FormField): unknown {
  if (fallback !== undefined) return fallback
  if (shape.kind === 'number') return shape.min ?? 0
  if (shape.kind === 'boolean') return false
  if (shape.kind === 'choice') return shape.values[0]
  if (shape.kind === 'text') return ''
  return shape.kind === 'json' ? undefined : []
}
