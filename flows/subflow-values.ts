import type { AnyNodeDefinition } from '#kit/define-node.ts'
import type { Flow, FlowNode, Subflow } from './flow.ts'

/** Values by name, as a flow's `env` has them. */
export type Values = NonNullable<Flow['env']>

/** What the values of a subflow are where a node stands for it: what that node sets, else what the subflow says. */
export function valuesOf({ env = {} }: Pick<Subflow, 'env'>, { config }: Pick<FlowNode, 'config'>): Values {
  const given = config['values']
  const set = typeof given === 'object' && given !== null ? (given as Record<string, unknown>) : {}
  return Object.fromEntries(
    Object.entries(env).map(([name, standard]) => {
      const value = Object.hasOwn(set, name) ? set[name] : undefined
      return [name, isValue(value) ? value : standard]
    }),
  )
}

const isValue = (value: unknown): value is Values[string] =>
  typeof value === 'number' ||
  typeof value === 'boolean' ||
  (typeof value === 'string' && value.length <= LONGEST_VALUE)

/** As in `env` of the file. */
const LONGEST_VALUE = 10_000
/** So many characters may the texts of a flow gain by what is put into them: each could be put in very often. */
const MOST_GAINED = 1_000_000

/**
 * Puts values into the texts of configs, wherever `${NAME}` stands: `home/${room}/light`. A text that is nothing
 * else becomes the value itself. Code stays as it is: it has `env`.
 */
export class Filling {
  #left = MOST_GAINED

  fill(
    config: FlowNode['config'],
    values: Values,
    { config: { shape } }: Pick<AnyNodeDefinition, 'config'>,
  ): FlowNode['config'] {
    if (Object.keys(values).length === 0) return config
    return Object.fromEntries(
      Object.entries(config).map(([field, value]) => {
        const isCode = Object.hasOwn(shape, field) && shape[field]?.meta?.()?.control === 'code'
        return [field, isCode ? value : this.#fillValue(value, values)]
      }),
    )
  }

  /** A config is no deeper than a file may be. */
  #fillValue(value: unknown, values: Values): unknown {
    if (typeof value === 'string') return this.#fillText(value, values)
    if (Array.isArray(value)) return value.map((item) => this.#fillValue(item, values))
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [key, this.#fillValue(inner, values)]),
    )
  }

  #fillText(text: string, values: Values): unknown {
    const whole = /^\$\{([\w-]+)\}$/.exec(text)?.[1]
    if (whole !== undefined && Object.hasOwn(values, whole)) return values[whole]
    return text.replaceAll(/\$\{([\w-]+)\}/g, (place, name: string) => {
      if (!Object.hasOwn(values, name)) return place
      const value = String(values[name])
      const gained = Math.max(0, value.length - place.length)
      if (gained > this.#left) return place
      this.#left -= gained
      return value
    })
  }
}
