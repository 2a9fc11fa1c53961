import type * as z from 'zod'
import type { ChainPart } from './chain.ts'
import type { ConfigSchema } from './field.ts'
import { ERROR_PORT, errorPort, type Kind, type PortMap } from './kinds.ts'
import { type Late, withConfig } from './late-config.ts'
import type { Sentence } from './sentence.ts'

/** Families of the palette, in its order; each has a colour. */
export const groups = ['input', 'logic', 'time', 'function', 'storage', 'output', 'notify', 'device'] as const
export type Group = (typeof groups)[number]

/** Ports stand fixed or follow from the config. */
export type Ports<Config extends ConfigSchema> = PortMap | ((config: z.output<Config>) => PortMap)

/** What a node type is, as data that browser and server load. Its behaviour stands in `runtime.ts`. */
export interface NodeDefinition<
  Config extends ConfigSchema = ConfigSchema,
  Inputs extends Ports<Config> = Ports<Config>,
  Outputs extends Ports<Config> = Ports<Config>,
> extends NodeTraits<Config, Inputs, Outputs> {
  readonly config: Config
}

/** As it is written down: of most types no thread ever has a node, and then their schemas take no memory. */
export interface WrittenNode<
  Config extends ConfigSchema,
  Inputs extends Ports<Config>,
  Outputs extends Ports<Config>,
> extends NodeTraits<Config, Inputs, Outputs> {
  readonly config: Late<Config>
}

interface NodeTraits<
  Config extends ConfigSchema,
  Inputs extends Ports<Config>,
  Outputs extends Ports<Config>,
> {
  /** Kebab-case, equal to the folder's name. */
  readonly type: string
  /** Rises when the config's shape changes; `migrate` then brings older configs up. */
  readonly version: number
  readonly group: Group
  /** A lucide icon, kebab-case. */
  readonly icon: string
  readonly title: string
  /** One sentence, shown in the palette. */
  readonly summary: string
  /** Other words that people look for it by. */
  readonly keywords?: readonly string[]
  readonly inputs: Inputs
  readonly outputs: Outputs
  /** The most telling setting, shown under the name. A sentence where it has words. */
  readonly caption?: (config: z.output<Config>) => string | Sentence
  /** Kinds that it makes of others, each with the settings with which it does: offered where two ends of a wire do not fit. */
  readonly converts?: readonly Conversion[]
  /** Shows a button on the node that pokes it; with words, it says them. */
  readonly button?: boolean | ((config: z.output<Config>) => Sentence)
  /** Runs user code, which may write to the messages it gets: it is given copies of those that others hold as well, unless it is known to only read. */
  readonly writesMessages?: boolean
  /**
   * What it sends is its own: made for this one `emit`, sharing nothing with its config, its state or
   * another message, and never touched again. A node behind it may then write to that without a copy.
   */
  readonly makesMessages?: boolean
  /** Acts on the world outside its flow: sends, switches, publishes, records. In safe mode its inputs take messages without effect. */
  readonly acts?: boolean
  /** What it means for the guarantee that its flow gives. Left out: a step on the way that loses nothing. */
  readonly chain?: ChainPart<z.output<Config>>
  /** More problems than the schema can see, each at a field. */
  readonly check?: (config: z.output<Config>) => readonly ConfigProblem[]
  /** Takes the config of an older version to this one. */
  readonly migrate?: (config: Record<string, unknown>, from: number) => Record<string, unknown>
}

/** By its input `in` and its output `out`. */
export interface Conversion {
  /** Left out: of anything. */
  readonly from?: readonly Kind[]
  readonly to: Kind
  readonly config: Readonly<Record<string, unknown>>
}

export interface ConfigProblem extends Sentence {
  readonly field: string
}

// biome-ignore lint/suspicious/noExplicitAny: a list of node types has no common config; `any` lets each keep its own
export type AnyNodeDefinition = NodeDefinition<any, any, any>

/** Defines a node type; the ports of the handlers and of `emit` are inferred from it. */
export const defineNode = <
  Config extends ConfigSchema,
  const Inputs extends Ports<Config>,
  const Outputs extends Ports<Config>,
>(
  definition: WrittenNode<Config, Inputs, Outputs>,
): NodeDefinition<Config, Inputs, Outputs> => withConfig(definition)

const resolve = (ports: PortMap | ((config: never) => PortMap), config: unknown): PortMap =>
  typeof ports === 'function' ? ports(config as never) : ports

/** The input ports of a node with this config. */
export const inputsOf = (definition: AnyNodeDefinition, config: unknown): PortMap =>
  resolve(definition.inputs, config)

/** The output ports of a node with this config, `error` included. */
export const outputsOf = (definition: AnyNodeDefinition, config: unknown): PortMap => ({
  ...resolve(definition.outputs, config),
  [ERROR_PORT]: errorPort,
})
