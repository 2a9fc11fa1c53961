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
    const ports = config.outputs === 1 ? ['out'] : outNames(config.outputs)
    const body = own(
      await services.code.compile(
        { flow, node, env, ...config },
        {
          ...{ clock, state, message, log, status, report, work },
          emit: (port, sent) => emit(ports[port] ?? 'out', sent),
        },
      ),
    )
    return { start: () => body.start(), in: (received) => body.call(received) }
  },
)

const outNames = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `out${index + 1}`)
