import type { ConfigSchema } from './field.ts'

/** A schema, or what makes it: a function is called when somebody first asks for the config, and once. */
export type Late<Config extends ConfigSchema> = Config | (() => Config)

/** The same definition with its schema in place. */
export function withConfig<Config extends ConfigSchema, Written extends { readonly config: Late<Config> }>(
  written: Written,
): Omit<Written, 'config'> & { readonly config: Config } {
  const { config } = written
  if (typeof config !== 'function') return { ...written, config }
  let made: Config | undefined
  return {
    ...written,
    get config() {
      made ??= config()
      return made
    },
  }
}
