import { type Flow, flowSchema } from '#flows/flow.ts'

const files = import.meta.glob<unknown>('../../../flows/examples/*.json', { import: 'default' })

/** Whether examples come with this build. */
export const hasExamples = Object.keys(files).length > 0

/** The example flows, in the order of their file names. A file that is no flow is left out: its own test says so. */
export async function loadExamples(): Promise<readonly Flow[]> {
  const contents = await Promise.all(Object.values(files).map((load) => load()))
  return contents.flatMap((content) => {
    const parsed = flowSchema.safeParse(content)
    return parsed.success ? [parsed.data] : []
  })
}
