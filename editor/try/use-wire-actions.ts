import { useMemo } from 'react'
import { readEndpoint } from '#flows/flow.ts'
import { api } from '../api/api.ts'
import type { LoggedMessage } from '../api/types.ts'
import type { FlowDocument } from '../document/flow-document.ts'
import type { FlowScope } from '../flow/flow-context.ts'
import { errorText } from '../i18n/error-text.ts'
import { useText } from '../i18n/use-text.ts'
import { notify } from '../ui/toast.tsx'
import { chooseTest } from './chosen-test.ts'
import { testOfMessage } from './draft-test.ts'
import { tryTitles } from './titles.ts'

type WireActions = Required<Pick<FlowScope, 'onUseAsTest' | 'onReplay'>>

/** What can be done with messages that went over a wire: a test made of one, and all of them sent again. */
export function useWireActions(document: FlowDocument, openDrawer: (tab: string) => void): WireActions {
  const t = useText(tryTitles)
  const { id } = document.flow
  return useMemo(
    () => ({
      onUseAsTest: (wire, { message }) => {
        const { tests } = document.flow
        const name = t('newTest', { number: tests.length + 1 })
        const added = testOfMessage(name, wire, message)
        document.set({ kind: 'flow' }, { tests: [...tests, added] }, { code: 'tests', count: 1 })
        chooseTest(tests.length)
        openDrawer('tests')
        notify.ok(t('testAdded'))
      },
      onReplay: (wire, messages) => {
        sendAgain(id, wire, messages).then(
          () => notify.ok(t('replayed', { count: messages.length })),
          (error: unknown) => notify.error(t('replayFailed'), { about: errorText(error) }),
        )
      },
    }),
    [document, id, openDrawer, t],
  )
}

/** One after another, each when the one before has settled. */
async function sendAgain(flow: string, wire: string, messages: readonly LoggedMessage[]): Promise<void> {
  const [, to = ''] = wire.split(' ')
  const { node, port } = readEndpoint(to)
  for (const { message } of messages) {
    const [topic, payload] = [message['topic'], message['payload']]
    await api.flows.poke(flow, node, { port, payload, ...(typeof topic === 'string' && { topic }) })
  }
}
