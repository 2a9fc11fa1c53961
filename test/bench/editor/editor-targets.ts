/** How many nodes the flows have that are looked at. */
export const flowSizes = [0, 500, 2_000] as const
export type FlowSize = (typeof flowSizes)[number]

export const editorGroup = (nodes: FlowSize): string =>
  nodes === 0 ? 'Editor, empty flow' : `Editor, ${nodes.toLocaleString('en')} nodes`

interface EditorTarget {
  readonly name: string
  readonly bound: 'at most' | 'at least'
  /** For each size; nothing where nothing is promised. */
  readonly limits: Readonly<Partial<Record<FlowSize, number>>>
}

const upTo = (name: string, limits: EditorTarget['limits']): EditorTarget => ({
  name,
  bound: 'at most',
  limits,
})
const forLarge = (name: string, limit: number): EditorTarget => upTo(name, { 2000: limit })
const fluent = (name: string): EditorTarget => ({
  name: `${name}, frames/s`,
  bound: 'at least',
  limits: { 2000: 55 },
})

/** What the editor promises, with software rendering on four cores. */
export const editorTargets: readonly EditorTarget[] = [
  upTo('first load, KB', { 0: 300, 500: 300, 2000: 300 }),
  upTo('first load, requests', { 0: 15, 500: 15, 2000: 15 }),
  upTo('interactive, s', { 0: 0.6, 500: 0.9, 2000: 1.5 }),
  forLarge('heap, MB', 25),
  forLarge('elements', 3_000),
  upTo('quick add opens, ms', { 0: 50, 500: 50, 2000: 50 }),
  upTo('function editor, s', { 500: 0.3, 2000: 0.3 }),
  forLarge('drag one, at 100 %, ms a move', 12),
  forLarge('drag one, whole flow, ms a move', 30),
  forLarge('pan, at 100 %, ms a move', 12),
  forLarge('pan, whole flow, ms a move', 15),
  fluent('zoom, at 100 %'),
  fluent('zoom, whole flow'),
  forLarge('drag all, ms a move', 40),
  forLarge('select all, ms', 100),
  forLarge('undo, ms', 100),
  forLarge('paste of 200, ms', 100),
  forLarge('1,000 live updates a second, at 100 %, ms/s', 200),
  forLarge('1,000 live updates a second, whole flow, ms/s', 200),
]
