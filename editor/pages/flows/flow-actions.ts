import { emptyFlow, type Flow } from '#flows/flow.ts'
import { serializeFlows } from '#flows/serialize-flow.ts'
import { api } from '../../api/api.ts'
import { ApiError } from '../../api/api-error.ts'
import { newId } from '../../api/new-id.ts'
import { keys, queryClient } from '../../api/queries.ts'
import type { FlowSummary } from '../../api/types.ts'
import { textsIn } from '../../i18n/define-texts.ts'
import { errorText } from '../../i18n/error-text.ts'
import { currentLanguage } from '../../i18n/language.ts'
import { notify } from '../../ui/toast.tsx'
import { importTexts } from './import/texts.ts'
import { flowTexts } from './texts.ts'

const say = () => textsIn(flowTexts, currentLanguage())
const refresh = () => queryClient.invalidateQueries({ queryKey: keys.flows })
const takenIds = async () => (await api.flows.list()).map((flow) => flow.id)

/** Runs a command and shows what went wrong, if something did. Answers whether it worked. */
async function attempt(command: () => Promise<unknown>): Promise<boolean> {
  try {
    await command()
    return true
  } catch (error) {
    notify.error(errorText(error))
    return false
  } finally {
    await refresh()
  }
}

/** Makes a flow, an empty one unless told otherwise, and answers its id. Rejects with an `ApiError`. */
export async function saveNewFlow(
  name: string,
  make: (id: string, name: string) => Flow = emptyFlow,
): Promise<string> {
  const id = newId(name, await takenIds(), 'flow')
  await api.flows.save(make(id, name))
  await refresh()
  return id
}

export async function deployFlow({ id, name }: FlowSummary): Promise<void> {
  try {
    const { revision } = await api.flows.deploy(id)
    notify.ok(say()('deployed', { name, number: revision.number }))
  } catch (error) {
    const problems = error instanceof ApiError ? error.problems : []
    const count = problems.filter((problem) => problem.level === 'error').length
    notify.error(say()('deployFailed', { name }), {
      about: count > 0 ? say()('cannotDeploy', { count }) : errorText(error),
    })
  } finally {
    await refresh()
  }
}

export const stopFlow = ({ id, name }: FlowSummary) =>
  attempt(async () => {
    await api.flows.stop(id)
    notify.ok(say()('stopDone', { name }))
  })

export const deleteFlow = ({ id, name }: FlowSummary) =>
  attempt(async () => {
    await api.flows.remove(id)
    notify.ok(say()('deleted', { name }))
  })

export const duplicateFlow = (summary: FlowSummary) =>
  attempt(async () => {
    const { flow } = await api.flows.read(summary.id)
    const name = say()('copyName', { name: flow.name })
    const copy: Flow = { ...flow, id: newId(name, await takenIds(), 'flow'), name }
    // a copy of what came from outside came from outside
    await api.flows.save(copy, { imported: !summary.trusted })
    notify.ok(say()('duplicated', { name }))
  })

/** Downloads the flow file, and says what is not in it. */
export const exportFlow = ({ id, name }: FlowSummary) =>
  attempt(async () => {
    const text = await api.flows.export(id)
    download(`${id}.flow.json`, text)
    notify.ok(sayImport()('exported', { name }), { about: leftOut([JSON.parse(text) as Flow]) })
  })

/** Downloads all flows as one file, in the order of the list. */
export const exportFlows = (flows: readonly FlowSummary[]) =>
  attempt(async () => {
    const texts = await Promise.all(flows.map(({ id }) => api.flows.export(id)))
    const exported = texts.map((text) => JSON.parse(text) as Flow)
    download('wirehouse.flows.json', serializeFlows(exported))
    notify.ok(sayImport()('exportedAll', { count: exported.length }), { about: leftOut(exported) })
  })

const sayImport = () => textsIn(importTexts, currentLanguage())

function leftOut(flows: readonly Flow[]): string {
  const names = new Set(flows.flatMap(({ connections }) => connections.map(({ id, name }) => name || id)))
  const t = sayImport()
  return names.size > 0 ? t('withoutSecrets', { names: [...names].join(', ') }) : t('without')
}

/** Hands a text to the browser as a file. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const link = Object.assign(document.createElement('a'), { href: url, download: name })
  link.click()
  URL.revokeObjectURL(url)
}
