import { type Chain, chains, makePayload } from './hop-cases.ts'

/**
 * What the functions at both ends of a chain share: they send one message after another, as a house does,
 * each when the one before has come, and answer the processor's time per message of all.
 */
export const measuring = `const makePayload = ${makePayload}
const runs = new Map()
exports.begin = (id, node, messages, bytes) => {
  const payload = makePayload(bytes)
  const send = () => node.send({ hop: 0, payload }, false) // not copied: nobody writes into the payload
  runs.set(id, { send, messages, left: messages, before: process.cpuUsage() })
  send()
}
exports.end = (id) => {
  const run = runs.get(id)
  if (--run.left > 0) return void run.send()
  const { user, system } = process.cpuUsage(run.before)
  return { payload: (user + system) / run.messages }
}
`

/** All chains in one tab: \`hop/<chain>\` with a count starts one, \`hop/<chain>/took\` says the microseconds per message. */
export const hopFlows = (broker: object): readonly object[] => [
  broker,
  { id: 'hops', type: 'tab', label: 'hops', disabled: false, info: '' },
  { id: 'nowhere', type: 'junction', z: 'hops', x: 0, y: 0, wires: [[]] },
  ...chains.flatMap(toNodes),
]

const functionNode = {
  type: 'function',
  outputs: 1,
  timeout: 0,
  noerr: 0,
  initialize: '',
  finalize: '',
  libs: [],
}
const mqttNode = { qos: '0', broker: 'broker' }

function toNodes(chain: Chain): readonly object[] {
  const { id, length, bytes, fanOut } = chain
  const on = (node: string) => ({ id: `${id}-${node}`, z: 'hops', x: 0, y: 0 })
  const to = (...nodes: string[]) => ({ wires: [nodes.map((node) => `${id}-${node}`)] })
  const begin = `global.get('measuring').begin('${id}', node, Number(msg.payload), ${bytes})`
  const hops = Array.from({ length }, (_, index) => {
    const { wires } = to(index + 1 < length ? `hop${index + 1}` : 'end')
    const [next = []] = wires
    return { ...hopOf(chain), ...on(`hop${index}`), wires: [fanOut === 2 ? [...next, 'nowhere'] : next] }
  })
  return [
    {
      ...mqttNode,
      ...on('in'),
      type: 'mqtt in',
      topic: `hop/${id}`,
      datatype: 'utf8',
      inputs: 0,
      ...to('begin'),
    },
    { ...functionNode, ...on('begin'), func: begin, ...to('hop0') },
    ...hops,
    { ...functionNode, ...on('end'), func: `return global.get('measuring').end('${id}')`, ...to('out') },
    { ...mqttNode, ...on('out'), type: 'mqtt out', topic: `hop/${id}/took`, retain: 'false', wires: [] },
  ]
}

const hopOf = ({ node }: Chain): object =>
  node === 'function'
    ? { ...functionNode, func: 'msg.hop += 1\nreturn msg' }
    : { type: 'change', rules: [{ t: 'set', p: 'hop', pt: 'msg', to: '1', tot: 'num' }] }
