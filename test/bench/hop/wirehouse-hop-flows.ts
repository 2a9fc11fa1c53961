import { type Chain, chains, makePayload } from './hop-cases.ts'

/** Messages that one trigger sends through a chain: fewer than a function may emit in a call. */
export const burstOf = ({ bytes }: Chain): number => (bytes > 10_000 ? 100 : 900)

/** `hop/<chain>` sends a burst through a chain; `hop/<chain>/took` says that it is through. */
export const hopFlows = (): readonly object[] => chains.map(toFlow)

const begin = (chain: Chain): string => `const makePayload = ${makePayload}
const payload = makePayload(${chain.bytes})
for (let count = 0; count < ${burstOf(chain)}; count++) emit(1, { hop: 0, payload })
emit(2, { payload: 'through' })`

function toFlow(chain: Chain) {
  const { id, length, fanOut } = chain
  const hops = Array.from({ length }, (_, index) => ({ ...hopOf(chain), id: `hop${index}`, at: [0, 0] }))
  const inLine = hops.slice(1).map((_, index) => [`hop${index}.out`, `hop${index + 1}.in`])
  const aside = fanOut === 2 ? hops.map((hop) => [`${hop.id}.out`, 'nowhere.in']) : []
  return {
    format: 'wirehouse/flow@1',
    id,
    name: id,
    nodes: [
      { id: 'in', type: 'mqtt-in', at: [0, 0], config: { topic: `hop/${id}`, qos: 1, payload: 'text' } },
      { id: 'begin', type: 'function', at: [0, 0], config: { outputs: 2, code: begin(chain) } },
      ...hops,
      ...(fanOut === 2
        ? [{ id: 'nowhere', type: 'filter', at: [0, 0], config: { conditions: [never] } }]
        : []),
      { id: 'out', type: 'mqtt-out', at: [0, 0], config: { topic: `hop/${id}/took`, qos: 1 } },
    ],
    wires: [['in.out', 'begin.in'], ['begin.out1', 'hop0.in'], ...inLine, ...aside, ['begin.out2', 'out.in']],
  }
}

const always = { property: 'hop', operator: '>=', value: 0 }
const never = { property: 'hop', operator: '<', value: 0 }

const hopOf = ({ node }: Chain) =>
  node === 'function'
    ? { type: 'function', config: { code: 'return { ...message, hop: message.hop + 1 }' } }
    : { type: 'filter', config: { conditions: [always] } }
