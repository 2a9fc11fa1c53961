import type { KeptConnection } from '#server/house/house.ts'
import type { BridgeBody } from '../bridges/bridge.ts'
import { LIMITS_KEY, limitSettings } from '../broker/clients/limit-settings.ts'
import type { HouseChange } from '../store/store.ts'
import type { WebServices } from '../web/web-services.ts'

export type ThingKind = HouseChange['kind']

/** A kind of thing in the house that people create, change and delete, as far as undo goes. */
export interface Thing {
  /** What people call it. */
  readonly nameOf: (id: string, state: unknown) => string
  /** How it is, as JSON; nothing if it is not there. Secrets are sealed. */
  readonly read: (id: string) => unknown
  /** Makes it as it was; nothing removes it. Missing where nobody may get back in by undoing. */
  readonly write?: (id: string, state: unknown) => Promise<void>
}

type Services = Pick<
  WebServices,
  'house' | 'access' | 'settings' | 'broker' | 'listeners' | 'bridges' | 'users'
>

/** What was read is written back: nothing comes from outside in between. */
export const thingsOf = ({
  house,
  access,
  settings,
  broker,
  listeners,
  bridges,
  users,
}: Services): Readonly<Record<ThingKind, Thing>> => ({
  connection: {
    nameOf: (id, state) => (state as KeptConnection).name || id,
    read: (id) => house.keptConnection(id),
    async write(id, state) {
      if (state !== undefined) return house.restoreConnection(id, state as KeptConnection)
      bridges.refuseIfUsed(id)
      await house.deleteConnection(id)
    },
  },
  /** That it is there: what is in it has a log of its own. */
  flow: {
    nameOf: (id) => house.flowName(id) ?? id,
    read: (id) => (house.flowName(id) === undefined ? undefined : {}),
    write: (id, state) => (state === undefined ? house.deleteFlow(id) : house.restoreFlow(id)),
  },
  rule: {
    nameOf: (_id, state) => (state as Rule).filter,
    read: (id) => access.rules().find((rule) => rule.id === id),
    write: (id, state) => (state === undefined ? access.removeRule(id) : access.restoreRule(state as Rule)),
  },
  bridge: {
    nameOf: (_id, state) => (state as BridgeBody).name,
    read: (id) => bridges.kept(id),
    write: (id, state) => bridges.restore(id, state as BridgeBody | undefined),
  },
  user: {
    nameOf: (id) => id,
    read: (id) => users.list().find(({ name }) => name === id),
  },
  token: {
    nameOf: (_id, state) => (state as { readonly name: string }).name,
    read: (id) =>
      users
        .list()
        .flatMap(({ name }) => users.tokens(name))
        .find((token) => token.id === id),
  },
  key: {
    nameOf: (id) => id,
    read: (id) => listeners.keys().find(({ identity }) => identity === id),
  },
  certificate: {
    nameOf: (id, state) => (state as { readonly name: string }).name || id,
    read: (id) => listeners.certificates().find(({ serial }) => serial === id),
  },
  doors: only(
    () => access.doors,
    (state) => access.setDoors(state),
  ),
  limits: only(
    () => settings.read(LIMITS_KEY, limitSettings),
    async (state) => {
      await settings.write(LIMITS_KEY, state)
      broker.setLimits(state)
    },
  ),
  listeners: only(
    () => {
      const { origins, needsProof } = listeners.overview()
      return { origins, needsProof }
    },
    (state) => listeners.set(state),
  ),
  'token-settings': only(
    () => access.tokenSettings(),
    (state) => access.setTokenSettings(state),
  ),
})

type Rule = ReturnType<WebServices['access']['rules']>[number]

/** One of a kind, always there. */
const only = <State>(read: () => State, write: (state: State) => Promise<void>): Thing => ({
  nameOf: () => '',
  read,
  write: (_id, state) => write(state as State),
})
