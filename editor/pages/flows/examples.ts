import { type Flow, flowSchema } from '#flows/flow.ts'
import { inWords, templateWordsSchema } from '#flows/template-words.ts'
import type { Language } from '../../i18n/language.ts'
import { inLanguage } from './example-texts.ts'

const templates = import.meta.glob<unknown>('../../../flows/templates/*.json', { import: 'default' })
const german = import.meta.glob<unknown>('../../../flows/german-{templates,examples}/*.json', {
  import: 'default',
})
const examples = import.meta.glob<unknown>('../../../flows/examples/*.json', { import: 'default' })

/** Whether templates come with this build. */
export const hasTemplates = Object.keys(templates).length > 0

/** Flows to begin with: those that run at once with simulated devices, and those that need the real ones. */
export interface Templates {
  readonly simulated: readonly Flow[]
  readonly real: readonly Flow[]
}

/** As they are offered in a language, and as they become flows: called what the person reads. */
export async function loadTemplates(language: Language): Promise<Templates> {
  const [simulated, real] = await Promise.all([load(templates, language), load(examples, language)])
  return { simulated: simulated.toSorted((a, b) => orderOf(a.id) - orderOf(b.id)), real }
}

/** The first of all: the checklist goes with it. */
export const FIRST_TEMPLATE = 'door-watch'

const orderOf = (id: string): number => (id === FIRST_TEMPLATE ? 0 : 1)

/** A file that is no flow is left out: its own test says so. */
async function load(
  files: Readonly<Record<string, () => Promise<unknown>>>,
  language: Language,
): Promise<readonly Flow[]> {
  const flows = await Promise.all(
    Object.entries(files).map(async ([path, load]) => {
      const parsed = flowSchema.safeParse(await load())
      return parsed.success ? [await translated(parsed.data, path, language)] : []
    }),
  )
  return flows.flat()
}

async function translated(flow: Flow, path: string, language: Language): Promise<Flow> {
  if (language !== 'de') return flow
  const words = templateWordsSchema.safeParse(await german[path.replace('/flows/', '/flows/german-')]?.())
  return inLanguage(words.success ? inWords(flow, words.data) : flow, language)
}
