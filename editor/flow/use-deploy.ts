import { useState } from 'react'
import { useStore } from 'zustand'
import type { Flow } from '#flows/flow.ts'
import type { Problem } from '#flows/problem.ts'
import { api } from '../api/api.ts'
import { ApiError } from '../api/api-error.ts'
import { forgetStatuses } from '../api/live.ts'
import { keys, queryClient, useFlows } from '../api/queries.ts'
import { explainFirstDeploy } from '../deploy/first-deploy.ts'
import { errorText } from '../i18n/error-text.ts'
import { useText } from '../i18n/use-text.ts'
import { useRevisionFlow } from '../revisions/use-revisions.ts'
import { notify } from '../ui/toast.tsx'
import { flowTexts } from './texts.ts'
import type { FlowSession } from './use-flow-session.ts'

interface Failure {
  /** The draft that could not be deployed. */
  readonly flow: Flow
  readonly code: string | undefined
  readonly problems: readonly Problem[]
}

/** Of the server, where the tests of the flow guard a deploy. */
const TESTS_FAILED = 'TESTS_FAILED'

const none: readonly Problem[] = []

/** Runs and stops the flow, and knows what runs. */
export function useDeploy({ document, autosave }: FlowSession, onProblems: () => void) {
  const t = useText(flowTexts)
  const { id } = document.flow
  const flow = useStore(document.store, (state) => state.flow)
  const summary = useFlows().data?.find((each) => each.id === id)
  const running = useRevisionFlow(id, summary?.running)
  const [failure, setFailure] = useState<Failure | undefined>()
  const [busy, setBusy] = useState<'deploy' | 'stop' | undefined>()
  /** What the server had against this draft; another one is another matter. */
  const current = failure?.flow === flow ? failure : undefined

  const run = async (what: 'deploy' | 'stop', work: () => Promise<unknown>) => {
    setBusy(what)
    try {
      const isDone = (await work()) === true
      await queryClient.invalidateQueries({ queryKey: keys.flows })
      return isDone
    } catch (error) {
      const [found, code] = error instanceof ApiError ? [error.problems, error.code] : [none, undefined]
      setFailure({ flow: document.flow, code, problems: found })
      if (found.length > 0) onProblems()
      notify.error(t(what === 'deploy' ? 'deployFailed' : 'stopFailed'), { about: errorText(error) })
      return false
    } finally {
      setBusy(undefined)
    }
  }
  /** Lets the draft run, with a message for the history. Answers whether it does. */
  const deploy = (message = '', { skipsTests = false } = {}): Promise<boolean> =>
    run('deploy', async () => {
      if (!(await autosave.flush())) return notify.warn(t('deployUnsaved'))
      const { revision } = await api.flows.deploy(id, { message, skipsTests })
      setFailure(undefined)
      if (!explainFirstDeploy(revision)) notify.ok(t('deployed', { number: revision.number }))
      return true
    })
  const stop = () =>
    run('stop', async () => {
      await api.flows.stop(id)
      forgetStatuses(id)
      notify.ok(t('stopped'))
    })
  return {
    deploy,
    stop,
    busy,
    problems: current?.problems ?? none,
    /** The server refused this draft, because its tests failed and have to pass. */
    hasFailedTests: current?.code === TESTS_FAILED,
    isRunning: summary?.running !== undefined && !summary.heldBack,
    /** The flow that runs, once it is known. */
    running: summary?.running === undefined ? undefined : running.flow,
    isKnown: summary !== undefined && (summary.running === undefined || running.flow !== undefined),
  }
}
