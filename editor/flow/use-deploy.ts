import { useState } from 'react'
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

/** Runs and stops the flow, and knows what runs. */
export function useDeploy({ document, autosave }: FlowSession, onProblems: () => void) {
  const t = useText(flowTexts)
  const { id } = document.flow
  const summary = useFlows().data?.find((flow) => flow.id === id)
  const running = useRevisionFlow(id, summary?.running)
  const [problems, setProblems] = useState<readonly Problem[]>([])
  /** The message of a deploy that failed tests have kept from happening. */
  const [heldByTests, setHeldByTests] = useState<string | undefined>()
  const [busy, setBusy] = useState<'deploy' | 'stop' | undefined>()

  const run = async (what: 'deploy' | 'stop', work: () => Promise<unknown>): Promise<boolean> => {
    setBusy(what)
    try {
      const isDone = (await work()) === true
      await queryClient.invalidateQueries({ queryKey: keys.flows })
      return isDone
    } catch (error) {
      const found = error instanceof ApiError ? error.problems : []
      setProblems(found)
      if (found.length > 0) onProblems()
      notify.error(t(what === 'deploy' ? 'deployFailed' : 'stopFailed'), { about: errorText(error) })
      return false
    } finally {
      setBusy(undefined)
    }
  }
  /** Lets the draft run, with a message for the history. Answers whether it does. */
  const deploy = (message = '', skipTests = false) =>
    run('deploy', async () => {
      if (!(await autosave.flush())) return notify.warn(t('deployUnsaved'))
      setHeldByTests(undefined)
      const { revision } = await api.flows.deploy(id, message, skipTests).catch((error: unknown) => {
        if (error instanceof ApiError && error.code === 'TESTS_FAILED') setHeldByTests(message)
        throw error
      })
      setProblems([])
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
    /** What the server had against the last deploy. */
    problems,
    heldByTests,
    forgetTests: () => setHeldByTests(undefined),
    isRunning: summary?.running !== undefined && !summary.heldBack,
    /** The flow that runs, once it is known. */
    running: summary?.running === undefined ? undefined : running.flow,
    isKnown: summary !== undefined && (summary.running === undefined || running.flow !== undefined),
  }
}
