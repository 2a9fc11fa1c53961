import type { Flow, FlowNode } from '#flows/flow.ts'
import type { Operation } from '#flows/operations/operation.ts'
import type { DoorReading } from './door-readings.ts'

/** Ids of nodes in the template of the door alarm, which the checklist works on. */
export const door = {
  simulated: 'simulated',
  door: 'door',
  opened: 'opened',
  presence: 'presence',
  alarm: 'alarm',
} as const

/** Topic of the simulated door. */
export const SIMULATED_TOPIC = 'home/door/contact'

const configure = (id: string, fields: Readonly<Record<string, unknown>>): Operation => ({
  kind: 'configure',
  target: { kind: 'node', id },
  fields,
})

/** A real door takes the place of the simulated one: retained, at QoS 1, watched over by its last will. */
export const takeOwnDoor = (topic: string, reading: DoorReading): readonly Operation[] => [
  configure(door.door, { topic, qos: 1, retained: 'all' }),
  configure(door.opened, { conditions: [{ ...reading, operator: '==' }] }),
  configure(door.presence, { topic: `${topic}/availability` }),
  { kind: 'remove', nodes: [door.simulated] },
]

export type PhoneNode = Pick<FlowNode, 'id' | 'type' | 'config'> & { readonly version?: number }

/** A node that tells a person, behind the first step of the alarm. */
export function tellPhone(flow: Pick<Flow, 'nodes' | 'wires'>, node: PhoneNode): readonly Operation[] {
  const alarm = flow.nodes.find(({ id }) => id === door.alarm)
  const [x, y] = alarm?.at ?? [0, 0]
  return [
    {
      kind: 'insert',
      nodes: [{ index: flow.nodes.length, item: { ...node, at: [x + 256, y] } }],
      wires: [{ index: flow.wires.length, item: [`${door.alarm}.step1`, `${node.id}.in`] }],
    },
  ]
}

/** Types of nodes that tell a person. */
const phoneTypes: ReadonlySet<string> = new Set(['web-push', 'telegram-notify', 'ntfy', 'email'])

/** Nodes that the alarm tells people by. */
export function phonesOf({ nodes, wires }: Pick<Flow, 'nodes' | 'wires'>): readonly FlowNode[] {
  const told = new Set(wires.filter(([from]) => from.startsWith(`${door.alarm}.`)).map(([, to]) => to))
  return nodes.filter(({ id, type }) => phoneTypes.has(type) && told.has(`${id}.in`))
}
