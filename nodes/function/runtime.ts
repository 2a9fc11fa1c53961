import { outputList, outputPorts } from '#kit/named-outputs.ts'
import { implementNode } from '#kit/runtime/implement-node.ts'
import { functionNode } from './definition.ts'

/** Calls run one after another, in the order of the messages; what a call emits leaves at once. */
export const functionRuntime = implementNode(
  functionNode,
  async ({
    flow,
    node,
    config,
    env,
    services,
    clock,
    state,
    emit,
    message,
    log,
    status,
    report,
    work,
    own,
  }) => {
    const ports = Object.keys(outputPorts(config.outputs))
    const [first = 'out'] = ports
    const outputNames = outputList(config.outputs).map(({ title }) => title)
    const body = own(
      await services.code.compile(
        { flow, node, env, ...config, outputs: ports.length, outputNames },
        {
          ...{ clock, state, message, log, status, report, work },
          emit: (port, sent) => emit(port === 0 ? first : (ports[port] ?? 'out'), sent),
        },
      ),
    )
    return {
      start: () => body.start(),
      in: (received) => body.call(received),
      onlyReads: async () => (await body.onlyReads?.()) ?? false,
    }
  },
)
