import { drawnPort, drawnWire } from '#flows/expand-subflows.ts'
import { type Flow, readEndpoint, type Wire } from '#flows/flow.ts'
import { ownWires, wiresToQueue } from '#flows/graph.ts'
import type { Handler } from '#kit/runtime/implement-node.ts'
import type { ErrorReports } from './error-reports.ts'
import type { FlowControl } from './flow-control.ts'
import type { FlowObserver } from './observer.ts'
import type { RunningNode } from './running-node.ts'

/** What a flow's wires are made of. */
export interface Circuit {
  nodeOf(id: string): RunningNode | undefined
  /** Delivers on a later turn. */
  queue(target: Handler): Handler
  readonly reports: ErrorReports
  /** Sees every message, where there is somebody. */
  readonly observer: FlowObserver | undefined
  /** Steers what goes over the wires, where somebody does. */
  readonly control: FlowControl | undefined
}

type Targets = Map<string, Handler[]>

const noWires: ReadonlySet<Wire> = new Set()

/** Makes each wire a direct call of what it leads to, or a queued one where calls would not come to an end. */
export function wireFlow(flow: Flow, circuit: Circuit): void {
  const { nodeOf, observer } = circuit
  const queued = wiresToQueue(flow)
  // Who looks on may hold each message as well.
  const own =
    observer && !observer.isBrief ? noWires : ownWires(flow, (node) => nodeOf(node)?.sends ?? 'shared')
  const targets = new Map<string, Targets>()
  for (const wire of flow.wires) {
    const target = targetOf(wire, own.has(wire), circuit)
    if (target)
      addTarget(
        targets,
        wire,
        throughWire(wire, target, { isQueued: queued.has(wire), isOwn: own.has(wire) }, circuit),
      )
  }
  const queueing = new Set([...queued].map((wire) => readEndpoint(wire[0]).node))
  for (const { id } of flow.nodes)
    nodeOf(id)?.wire({ targets: targets.get(id) ?? new Map(), hasQueue: queueing.has(id), observer })
}

function addTarget(targets: Map<string, Targets>, wire: Wire, target: Handler): void {
  const { node, port } = readEndpoint(wire[0])
  const ports: Targets = targets.get(node) ?? new Map()
  targets.set(node, ports)
  const outlet = ports.get(port)
  if (outlet) outlet.push(target)
  else ports.set(port, [target])
}

/** What a wire calls at its end; `undefined` if it leads nowhere. */
function targetOf(wire: Wire, isOwn: boolean, { nodeOf, observer }: Circuit): Handler | undefined {
  const { node, port } = readEndpoint(wire[1])
  const inlet = nodeOf(node)?.inlet(port)
  const receive = isOwn ? inlet?.receiveOwn : inlet?.receive
  if (!receive || !observer?.portPassed) return receive
  const drawn = drawnPort(node, port)
  return (message) => {
    observer.portPassed?.(...drawn, message)
    return receive(message)
  }
}

/** What a message passes before it is at the wire's end. */
function throughWire(
  wire: Wire,
  target: Handler,
  { isQueued, isOwn }: { readonly isQueued: boolean; readonly isOwn: boolean },
  circuit: Circuit,
): Handler {
  const { node, port } = readEndpoint(wire[0])
  const from = circuit.nodeOf(node)
  const led = isQueued ? circuit.queue(target) : target
  // What leaves an error handler is watched, so that its own failures do not come back to it.
  const carried = from?.handlesErrors ? circuit.reports.carry(led) : led
  const name = drawnWire(wire)
  const steered = circuit.control?.wire(name, carried) ?? carried
  const passed = from?.outputs[port] && circuit.observer?.wire?.(name, from.outputs[port], isOwn)
  if (!passed) return steered
  return (message) => {
    passed(message)
    return steered(message)
  }
}
