import type { FlowConnection } from '../flow.ts'
import type { Drawn, Sheet } from './sheets.ts'

interface Outcome {
  readonly placeholders: readonly Drawn[]
  readonly noted: readonly Drawn[]
  readonly connections: readonly FlowConnection[]
}

/** Names that are listed before the rest is only counted. */
const MOST_NAMES = 30

/** The description of an imported flow: what the tab said of itself, and what the person should look at. */
export function describeImport(sheet: Sheet, { placeholders, noted, connections }: Outcome): string {
  const lines = [
    ...(sheet.isDisabled ? ['The tab was disabled there. Deploy it only if it is to run.'] : []),
    ...countedLine(
      placeholders,
      'stands as a placeholder and does nothing',
      'stand as placeholders and do nothing',
    ),
    ...countedLine(noted, 'differs a little from before', 'differ a little from before'),
    ...connections.map(
      ({ name }) => `The broker "${name}" came without user and password. Enter them if it asks for them.`,
    ),
    ...sheet.remarks.slice(0, MOST_NAMES),
  ]
  const report = ['Imported from Node-RED.', ...lines.map((line) => `- ${line}`)].join('\n')
  return [report.slice(0, 7_000), sheet.info.slice(0, 2_900)].filter((part) => part !== '').join('\n\n')
}

function countedLine(nodes: readonly Drawn[], singular: string, plural: string): readonly string[] {
  if (nodes.length === 0) return []
  const names = nodes
    .slice(0, MOST_NAMES)
    .map(({ name, type }) => (name === '' ? type : `"${name.slice(0, 60)}" (${type.slice(0, 60)})`))
  const rest = nodes.length > MOST_NAMES ? ', …' : ''
  return [
    `${nodes.length} ${nodes.length === 1 ? `node ${singular}` : `nodes ${plural}`}: ${names.join(', ')}${rest}.`,
  ]
}
