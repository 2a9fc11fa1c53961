import type * as z from 'zod'
import type { Catalogue } from '#flows/catalogue.ts'
import type { Flow, FlowConnection } from '#flows/flow.ts'
import { connectionFields } from '#flows/lint-flow.ts'
import { describeField, fieldName } from '#flows/node-config.ts'
import { allNodes } from '#flows/subflow.ts'
import type { ConnectionDefinition } from '#kit/define-connection.ts'
import type { Sentence } from '#kit/sentence.ts'
import type { ConnectionSettings } from '#server/engine/connections.ts'
import type { ConnectionStore, StoredConnection } from '#server/store/store.ts'
import { UserError } from '#server/user-error.ts'

/** By connection and field. */
type TypedSecrets = Readonly<Record<string, Readonly<Record<string, string>>>>

export interface NewConnection {
  readonly connection: Omit<StoredConnection, 'secretsSet'>
  readonly secrets: Readonly<Record<string, string>>
}

/** Keeps connections and their secrets apart: what is shown and shared never holds a secret. */
export class ConnectionDesk {
  readonly #store: ConnectionStore
  readonly #catalogue: Catalogue

  constructor(store: ConnectionStore, catalogue: Catalogue) {
    this.#store = store
    this.#catalogue = catalogue
  }

  list(): readonly StoredConnection[] {
    return this.#store.list()
  }

  /** The settings with the secrets in the clear, for opening the connection. */
  settings(id: string): ConnectionSettings | undefined {
    const stored = this.#store.get(id)
    return stored && { ...stored, config: { ...stored.config, ...this.#store.secrets(id) } }
  }

  /** Saves a connection. An empty secret removes it; one that is left out stays. */
  async save(
    id: string,
    { type, name, config }: { type: string; name: string; config: Readonly<Record<string, unknown>> },
  ): Promise<StoredConnection> {
    const definition = this.#catalogue.connections.get(type)
    if (!definition)
      throw new UserError(422, 'CONNECTION_TYPE_UNKNOWN', `There is no connection type "${type}".`)
    if (this.#isBuiltIn(id))
      throw new UserError(
        409,
        'CONNECTION_BUILT_IN',
        `"${id}" is built in and cannot be changed. Choose another id.`,
      )
    const standing = this.#store.get(id)
    if (standing && standing.type !== type)
      throw new UserError(
        409,
        'CONNECTION_OTHER_TYPE',
        `The connection "${id}" stands and is of type "${standing.type}". Choose another id.`,
      )
    const { open, secrets } = splitSecrets(definition, config)
    checkConfig(definition, open)
    if (standing) askAgain(definition, standing, open, secrets)
    await this.#store.put({ id, type, name, config: open }, secrets)
    return this.#store.get(id) ?? { id, type, name, config: open, secretsSet: [] }
  }

  remove(id: string): Promise<boolean> {
    return this.#store.remove(id)
  }

  /** Stores the connections that a flow file brings along, where none stands by that id. They bring no rights. Answers whether any was new. */
  async adopt(connections: readonly FlowConnection[]): Promise<boolean> {
    const all = this.adoptable(connections)
    for (const { connection, secrets } of all) await this.#store.put(connection, secrets)
    return all.length > 0
  }

  /** What `adopt` stores, each id once, with secrets that were typed for them. Throws `CONNECTION_INVALID` or `SECRET_NOT_TEXT`. */
  adoptable(connections: readonly FlowConnection[], typed: TypedSecrets = {}): readonly NewConnection[] {
    const byId = new Map<string, NewConnection>()
    for (const { id, type, name, config } of connections) {
      const definition = this.#isBuiltIn(id) ? undefined : this.#catalogue.connections.get(type)
      if (!definition || byId.has(id) || this.#store.get(id)) continue
      const own = Object.entries(typed[id] ?? {}).filter(([field]) => isSecret(definition, field))
      const given = { ...withoutGrants(definition, config), ...Object.fromEntries(own) }
      const { open, secrets } = splitSecrets(definition, given)
      checkConfig(definition, open)
      const kept = Object.entries(secrets).flatMap(([field, text]) => (text === null ? [] : [[field, text]]))
      byId.set(id, { connection: { id, type, name, config: open }, secrets: Object.fromEntries(kept) })
    }
    return [...byId.values()]
  }

  /** The connections that the nodes of a flow and of its subflows name, without secrets. */
  usedBy(flow: Flow): FlowConnection[] {
    const ids = new Set(
      allNodes(flow).flatMap((node) => {
        const definition = this.#catalogue.nodes.get(node.type)
        return definition ? connectionFields(definition).map(({ field }) => node.config[field]) : []
      }),
    )
    return this.#store
      .list()
      .filter(({ id }) => ids.has(id))
      .map(({ id, type, name, config }) => ({ id, type, name, config: { ...config } }))
  }

  #isBuiltIn(id: string): boolean {
    return [...this.#catalogue.connections.values()].some((definition) => definition.builtIn?.id === id)
  }
}

function splitSecrets(definition: ConnectionDefinition, config: Readonly<Record<string, unknown>>) {
  const open: Record<string, unknown> = {}
  const secrets: Record<string, string | null> = {}
  for (const [field, value] of Object.entries(config)) {
    if (!isSecret(definition, field)) open[field] = value
    else if (value === '' || value === null) secrets[field] = null
    else if (typeof value === 'string') secrets[field] = value
    else throw new UserError(422, 'SECRET_NOT_TEXT', `"${field}" must be text.`, { values: { field } })
  }
  return { open, secrets }
}

/** A secret goes only where it was meant to go: with a new destination it has to be typed again. */
function askAgain(
  definition: ConnectionDefinition,
  standing: StoredConnection,
  open: Readonly<Record<string, unknown>>,
  secrets: Readonly<Record<string, string | null>>,
): void {
  const field = standing.secretsSet.find((name) => !(name in secrets))
  const isMoved = Object.keys(definition.config.shape).some(
    (name) =>
      metaOf(definition, name)?.destination &&
      fieldValue(definition, name, open) !== fieldValue(definition, name, standing.config),
  )
  if (field === undefined || !isMoved) return
  const name = nameOf(definition, field)
  const message = `The address has changed. Type "${name.message}" again, so that it is not sent elsewhere by mistake.`
  const problem = { code: 'SECRET_AGAIN', level: 'error', field, message, values: { field: name } }
  throw new UserError(422, 'SECRET_AGAIN', message, { problems: [problem], values: { field: name } })
}

/** A field's value as the connection would get it, defaults filled in. */
const fieldValue = (
  definition: ConnectionDefinition,
  field: string,
  config: Readonly<Record<string, unknown>>,
) => (definition.config.shape[field] as z.ZodType | undefined)?.safeParse(config[field]).data

const metaOf = (definition: ConnectionDefinition, field: string): z.core.GlobalMeta | undefined =>
  (definition.config.shape[field] as z.ZodType | undefined)?.meta()

/** A field's title, which the connection type and the field's name translate. */
const nameOf = ({ type, config }: ConnectionDefinition, field: string): Sentence =>
  fieldName({ type: `connections/${type}`, config }, field)

const withoutGrants = (definition: ConnectionDefinition, config: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(config).filter(([field]) => !metaOf(definition, field)?.grant))

const isSecret = (definition: ConnectionDefinition, field: string): boolean =>
  metaOf(definition, field)?.secret === true

/** The fields that are there must be right; those that are missing may follow later. */
function checkConfig(definition: ConnectionDefinition, config: Readonly<Record<string, unknown>>): void {
  const parsed = definition.config.partial().safeParse(config)
  if (parsed.success) return
  const problems = parsed.error.issues.map((issue) => ({
    ...describeField(issue, nameOf(definition, String(issue.path[0] ?? ''))),
    level: 'error',
    field: issue.path.join('.'),
  }))
  throw new UserError(422, 'CONNECTION_INVALID', problems[0]?.message ?? 'The connection is not complete.', {
    problems,
  })
}
