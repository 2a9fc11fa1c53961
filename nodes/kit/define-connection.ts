import * as z from 'zod'
import type { ConfigSchema } from './field.ts'
import { type Late, withConfig } from './late-config.ts'

/** A type of thing that nodes share: an MQTT broker, a brickd, a Telegram bot. `Link` is what nodes get to talk to it. */
export interface ConnectionDefinition<Config extends ConfigSchema = ConfigSchema, Link = unknown> {
  readonly type: string
  readonly version: number
  readonly icon: string
  readonly title: string
  readonly summary: string
  readonly config: Config
  /** One that always stands, with the default config, and that a new node uses. */
  readonly builtIn?: {
    readonly id: string
    readonly title: string
    /** Every thread has its link itself. */
    readonly isEverywhere?: true
  }
  readonly caption?: (config: z.output<Config>) => string
  /** Only in the type system: what `link()` answers. */
  readonly link?: Link
}

/** Defines a connection type. `Link` goes first, so that the config can be inferred: `defineConnection<MqttLink>()({ … })`. */
export const defineConnection =
  <Link>() =>
  <Config extends ConfigSchema>(
    definition: Omit<ConnectionDefinition<Config, Link>, 'config' | 'link'> & {
      readonly config: Late<Config>
    },
  ): ConnectionDefinition<Config, Link> =>
    withConfig(definition)

/** The id of a connection, typed by what it links to. */
export type ConnectionRef<Link = unknown> = string & { readonly __link?: Link }

/** A config field that holds the id of a connection; the built-in one by default, if the type has one. */
export function connectionField<Link>(
  definition: ConnectionDefinition<ConfigSchema, Link>,
  meta: { readonly title: string; readonly description?: string } = { title: definition.title },
) {
  return z
    .string()
    .default(definition.builtIn?.id ?? '')
    .meta({ ...meta, control: 'connection', connection: definition.type }) as unknown as ConnectionField<Link>
}

/** In a config an id is a string; what it links to is known to the type system alone. */
type ConnectionField<Link> = z.ZodType<ConnectionRef<Link>, string | undefined>

/** Something a connection found on its other end, offered to a form: a device, a chat. */
export interface Discovery {
  readonly label: string
  /** Config fields that picking it fills in. */
  readonly fields: Readonly<Record<string, string | number | boolean>>
}
