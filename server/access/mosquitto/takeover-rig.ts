import type { AccessStore, TakenOver, TakeoverStore, UserStore } from '#server/store/store.ts'
import type { BridgeBuilder } from './mosquitto-desk.ts'
import type { ImportedBridge } from './plan.ts'

/** What takes a Mosquitto over, over users and rules in memory. Settings are not kept. */
export function memoryTakeovers(
  users: Pick<UserStore, 'add'>,
  rules: Pick<AccessStore, 'putRule' | 'removeRule'>,
): { readonly store: TakeoverStore; readonly bridges: MemoryBridges } {
  return {
    store: {
      async apply(takeover: TakenOver) {
        for (const { user, secret } of takeover.accounts)
          await users.add(user, 'hash' in secret ? secret.hash : secret.password)
        for (const id of takeover.removedRules) await rules.removeRule(id)
        for (const rule of takeover.rules) await rules.putRule(rule)
      },
    },
    bridges: new MemoryBridges(),
  }
}

/** Keeps what it was to build; none may be called `impossible`. */
export class MemoryBridges implements BridgeBuilder {
  readonly built: ImportedBridge[] = []
  names = (): readonly string[] => this.built.map(({ name }) => name)
  problem = ({ name }: ImportedBridge) =>
    name === 'impossible' ? { code: 'TOPIC_EMPTY', message: 'Choose another name.' } : undefined
  async build(bridge: ImportedBridge): Promise<void> {
    this.built.push(bridge)
  }
}
