import { type Chain, chains, makePayload } from './hop-cases.ts'

/** Messages that one trigger sends through a chain: fewer than a function may emit in a call. */
export const burstOf = ({ bytes }: Chain): number => (bytes > 10_000 ? 20 : 500)

/** `hop/<chain>` sends a burst through a chain; what comes out on `hop/<chain>/took` is its last message. */
export const hopFlows = (): readonly { readonly id: string }[] => chains.map(toFlow)

const begin = (chain: Chain): string => `const makePayload = ${makePayload}
const payload = makePayload(${chain.bytes})
for (let count = ${burstOf(chain)}; count > 0; count--) emit(1, { hop: 0, payload, last: count === 1 })`

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
      { id: 'begin', type: 'function', at: [0, 0], config: { code: begin(chain) } },
      ...hops,
      ...(fanOut === 2
        ? [{ id: 'nowhere', type: 'filter', at: [0, 0], config: { conditions: [never] } }]
        : []),
      { id: 'last', type: 'filter', at: [0, 0], config: { conditions: [isLast] } },
      { id: 'out', type: 'mqtt-out', at: [0, 0], config: { topic: `hop/${id}/took`, qos: 1 } },
    ],
    wires: [
      ['in.out', 'begin.in'],
      ['begin.out', 'hop0.in'],
      ...inLine,
      ...aside,
      [`hop${length - 1}.out`, 'last.in'],
      ['last.out', 'out.in'],
    ],
  }
}

const isLast = { property: 'last', operator: '==', value: true }
const always = { property: 'hop', operator: '>=', value: 0 }
const never = { property: 'hop', operator: '<', value: 0 }

const hopOf = ({ node }: Chain) =>
  node === 'function'
    ? { type: 'function', config: { code: 'return { ...message, hop: message.hop + 1 }' } }
    : { type: 'filter', config: { conditions: [always] } }
