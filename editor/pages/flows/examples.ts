import { type Flow, flowSchema } from '#flows/flow.ts'

const templates = import.meta.glob<unknown>('../../../flows/templates/*.json', { import: 'default' })
const examples = import.meta.glob<unknown>('../../../flows/examples/*.json', { import: 'default' })

/** Whether templates come with this build. */
export const hasTemplates = Object.keys(templates).length > 0

/** Flows to begin with: those that run at once with simulated devices, and those that need the real ones. */
export interface Templates {
  readonly simulated: readonly Flow[]
  readonly real: readonly Flow[]
}

export const loadTemplates = async (): Promise<Templates> => ({
  simulated: (await loadAll(templates)).toSorted((a, b) => orderOf(a.id) - orderOf(b.id)),
  real: await loadAll(examples),
})

/** The first of all: the checklist goes with it. */
export const FIRST_TEMPLATE = 'door-watch'

const orderOf = (id: string): number => (id === FIRST_TEMPLATE ? 0 : 1)

/** A file that is no flow is left out: its own test says so. */
async function loadAll(files: Readonly<Record<string, () => Promise<unknown>>>): Promise<readonly Flow[]> {
  const contents = await Promise.all(Object.values(files).map((load) => load()))
  return contents.flatMap((content) => {
    const parsed = flowSchema.safeParse(content)
    return parsed.success ? [parsed.data] : []
  })
}
