import type { Settlement } from '#kit/runtime/implement-node.ts'
import type { Activity } from '#server/activity.ts'
import { DeployError } from '#server/engine/deploy-error.ts'
import type { Engine } from '#server/engine/engine.ts'
import type { TraceStep } from '#server/engine/flow-observation.ts'
import type { LoggedMessage } from '#server/engine/message-log.ts'
import type { MessageTrace, Tracing } from '#server/tracing.ts'
import type { FlowRecorders } from '#server/try/flow-recorders.ts'
import type { Batch } from '#server/try/recorded.ts'
import type { HostControls } from './host-controls.ts'
import type { HostLinks } from './host-links.ts'
import type { HostMqtt } from './host-mqtt.ts'
import type { HostState } from './host-state.ts'
import type { Command, DeployAnswer, DeployCommand } from './protocol.ts'

export interface CommandOptions {
  readonly engine: Engine
  readonly links: HostLinks
  readonly state: HostState
  readonly mqtt: HostMqtt
  /** Flows whose functions may run without a sandbox. */
  readonly trusted: Set<string>
  readonly activity: Activity
  readonly tracing: Tracing
  readonly recorders: FlowRecorders
  readonly controls: HostControls
}

/** Does what the core asks of this host. */
export function hostCommands(options: CommandOptions) {
  const { engine, links, state, mqtt, trusted, activity, tracing, recorders, controls } = options
  const watched = new Map<string, Disposable>()
  /** Deploys that are under way: a poke is for what comes of them. */
  const deploys = new Map<string, Promise<DeployAnswer>>()

  return (
    command: Command,
  ):
    | Settlement
    | Promise<DeployAnswer | MessageTrace>
    | readonly (LoggedMessage | TraceStep)[]
    | boolean
    | Batch => {
    switch (command.kind) {
      case 'deploy':
        return begin(command)
      case 'stop':
        recorders.end(command.flow)
        watch(command.flow, false)
        return engine.stop(command.flow).finally(() => {
          controls.apply(command.flow, undefined)
          mqtt.settle(command.flow)
          trusted.delete(command.flow)
          state.forget(command.flow)
        })
      case 'poke':
        return poke(command)
      case 'tell':
        return tell(command)
      case 'release':
        return engine.release(command.flow, command.connection).finally(() => mqtt.settle(command.flow))
      case 'watch':
        return watch(command.flow, command.isWatched)
      case 'trace':
        return tracing.next(command.flow, command.wire)
      case 'record':
        return command.isOn ? recorders.take(command.flow, command.wires) : recorders.end(command.flow)
      case 'messages':
        return activity.messages(command.flow, command.wire)
      case 'control':
        return controls.apply(command.flow, command.state)
      case 'act':
        return controls.act(command.flow, command.number, command.action)
      case 'path':
        return activity.path(command.flow, command.message)
    }
  }

  function begin(command: DeployCommand): Promise<DeployAnswer> {
    const { id } = command.flow
    const deployed = deploy(command).finally(() => {
      if (deploys.get(id) === deployed) deploys.delete(id)
    })
    deploys.set(id, deployed)
    return deployed
  }

  async function poke({ flow, node, port, draft }: Extract<Command, { kind: 'poke' }>): Promise<void> {
    await deploys.get(flow)?.catch(() => 'told to who asked for it')
    await engine.poke(flow, node, port, draft)
  }

  async function tell({ flow, node, news }: Extract<Command, { kind: 'tell' }>): Promise<void> {
    await deploys.get(flow)?.catch(() => 'told to who asked for it')
    await engine.tell(flow, node, news)
  }

  /** Somebody looks at the flow, or nobody any more. */
  function watch(flow: string, isWatched: boolean): void {
    watched.get(flow)?.[Symbol.dispose]()
    watched.delete(flow)
    if (isWatched) watched.set(flow, activity.watch(flow))
  }

  async function deploy({
    flow,
    isTrusted,
    isTolerant,
    states,
    connections,
    control,
  }: DeployCommand): Promise<DeployAnswer> {
    if (isTrusted) trusted.add(flow.id)
    else trusted.delete(flow.id)
    links.offer(connections)
    state.bring(flow.id, states)
    controls.apply(flow.id, control)
    try {
      await engine.deploy(flow, { tolerant: isTolerant, isTrusted })
      return {}
    } catch (error) {
      if (error instanceof DeployError) return { problems: error.problems }
      throw error
    } finally {
      mqtt.settle(flow.id)
    }
  }
}
