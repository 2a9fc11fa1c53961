import { FLOWS_FORMAT, type Flow } from './flow.ts'

const order = [
  'format',
  'id',
  'name',
  'description',
  'nodes',
  'wires',
  'connections',
  'groups',
  'tests',
  'notes',
  'subflows',
]

const subflowOrder = ['id', 'name', 'description', 'env', 'nodes', 'wires', 'groups', 'notes']

/** Writes a flow as its file: known keys in the order of the design, one node or wire a line, so that a diff reads as the change. */
export function serializeFlow(flow: Flow): string {
  const keys = [...order, ...Object.keys(flow).filter((key) => !order.includes(key))]
  const lines = keys
    .filter((key) => flow[key] !== undefined)
    .map(
      (key) =>
        `  ${JSON.stringify(key)}: ${key === 'subflows' ? writeSubflows(flow) : writeValue(flow[key])}`,
    )
  return `{\n${lines.join(',\n')}\n}\n`
}

/** What is drawn in a subflow has its lines as well. */
function writeSubflows({ subflows = [] }: Flow): string {
  const written = subflows.map((subflow) => {
    const keys = [...subflowOrder, ...Object.keys(subflow).filter((key) => !subflowOrder.includes(key))]
    const lines = keys
      .filter((key) => subflow[key] !== undefined)
      .map((key) => `      ${JSON.stringify(key)}: ${writeValue(subflow[key]).replaceAll('\n', '\n    ')}`)
    return `    {\n${lines.join(',\n')}\n    }`
  })
  return written.length === 0 ? '[]' : `[\n${written.join(',\n')}\n  ]`
}

/** Writes several flows into one file. */
export function serializeFlows(flows: readonly Flow[]): string {
  const parts = flows.map((flow) => serializeFlow(flow).trimEnd().replaceAll('\n', '\n    '))
  return `{\n  "format": "${FLOWS_FORMAT}",\n  "flows": [\n    ${parts.join(',\n    ')}\n  ]\n}\n`
}

function writeValue(value: unknown): string {
  if (!Array.isArray(value) || value.length === 0) return writeInline(value)
  return `[\n${value.map((item) => `    ${writeInline(item)}`).join(',\n')}\n  ]`
}

function writeInline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(writeInline).join(', ')}]`
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  if (entries.length === 0) return '{}'
  return `{ ${entries.map(([key, inner]) => `${JSON.stringify(key)}: ${writeInline(inner)}`).join(', ')} }`
}
