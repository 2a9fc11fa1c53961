import * as z from 'zod'
import type { Flow } from './flow.ts'

const byId = z.record(z.string(), z.string())

/** What a template or an example says to people, in another language: by the ids of what says it. Files of `german-templates/` and `german-examples/`. */
export const templateWordsSchema = z.strictObject({
  /** Names of nodes. */
  nodes: byId,
  /** Titles that nodes have in their config: those of alarms. */
  titles: byId.default({}),
  groups: z
    .record(z.string(), z.strictObject({ name: z.string(), description: z.string().optional() }))
    .default({}),
  /** Texts of notes. */
  notes: byId.default({}),
  /** Names of connections. */
  connections: byId.default({}),
  /** Names of the tests, in their order. */
  tests: z.array(z.string()).default([]),
})

export type TemplateWords = z.output<typeof templateWordsSchema>

/** A flow that says the same in other words. Ids, topics and everything that acts stay. */
export function inWords(flow: Flow, words: TemplateWords): Flow {
  return {
    ...flow,
    nodes: flow.nodes.map((node) => ({
      ...node,
      ...named(words.nodes[node.id]),
      config: { ...node.config, ...(words.titles[node.id] && { title: words.titles[node.id] }) },
    })),
    connections: flow.connections.map((item) => ({ ...item, ...named(words.connections[item.id]) })),
    groups: flow.groups.map((group) => ({ ...group, ...words.groups[group.id] })),
    tests: flow.tests.map((test, index) => ({ ...test, ...named(words.tests[index]) })),
    ...(flow.notes && {
      notes: flow.notes.map((note) => ({ ...note, text: words.notes[note.id] ?? note.text })),
    }),
  }
}

const named = (name: string | undefined) => (name === undefined ? {} : { name })
