import { useMemo, useState } from 'react'
import { useStore } from 'zustand'
import type { Flow } from '#flows/flow.ts'
import type { Problem } from '#flows/problem.ts'
import { api } from '../api/api.ts'
import { ApiError } from '../api/api-error.ts'
import { forgetStatuses } from '../api/live.ts'
import { keys, queryClient, useSummary } from '../api/queries.ts'
import type { Deployment } from '../deploy/deployment.ts'
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
  /** What its revision was to be called. */
  readonly message: string
  readonly code: string | undefined
  readonly problems: readonly Problem[]
}

/** Of the server, where the tests of the flow guard a deploy. */
const TESTS_FAILED = 'TESTS_FAILED'

const none: readonly Problem[] = []

/** Runs and stops the flow, and knows what runs: the same object until something about that changes. */
export function useDeploy({ document, autosave }: FlowSession, onProblems: () => void): Deployment {
  const t = useText(flowTexts)
  const { id } = document.flow
  const summary = useSummary(id)
  const running = useRevisionFlow(id, summary?.running).flow
  const [failure, setFailure] = useState<Failure | undefined>()
  const [busy, setBusy] = useState<Deployment['busy']>()
  /** What the server had against this draft; another one is another matter. */
  const current = useStore(document.store, (state) => (failure?.flow === state.flow ? failure : undefined))

  const acts = useMemo(() => {
    const run = async (what: 'deploy' | 'stop', message: string, work: () => Promise<boolean>) => {
      setBusy(what)
      try {
        const isDone = await work()
        await queryClient.invalidateQueries({ queryKey: keys.flows })
        return isDone
      } catch (error) {
        const [problems, code] = error instanceof ApiError ? [error.problems, error.code] : [none, undefined]
        setFailure({ flow: document.flow, message, code, problems })
        if (problems.length > 0) onProblems()
        notify.error(t(what === 'deploy' ? 'deployFailed' : 'stopFailed'), { about: errorText(error) })
        return false
      } finally {
        setBusy(undefined)
      }
    }
    const deploy = (message = '', { skipsTests = false } = {}) =>
      run('deploy', message, async () => {
        if (!(await autosave.flush())) {
          notify.warn(t('deployUnsaved'))
          return false
        }
        const { revision } = await api.flows.deploy(id, { message, skipsTests })
        setFailure(undefined)
        if (!explainFirstDeploy(revision)) notify.ok(t('deployed', { number: revision.number }))
        return true
      })
    const stop = () =>
      run('stop', '', async () => {
        await api.flows.stop(id)
        forgetStatuses(id)
        notify.ok(t('stopped'))
        return true
      })
    return { deploy, stop }
  }, [document, autosave, id, onProblems, t])

  return useMemo(
    () => ({
      deploy: (message) => acts.deploy(message),
      stop: acts.stop,
      ...(current?.code === TESTS_FAILED && {
        deployAnyway: () => acts.deploy(current.message, { skipsTests: true }),
      }),
      busy,
      problems: current?.problems ?? none,
      isRunning: summary?.running !== undefined && !summary.heldBack,
      running: summary?.running === undefined ? undefined : running,
      isKnown: summary !== undefined && (summary.running === undefined || running !== undefined),
    }),
    [acts, current, busy, summary, running],
  )
}
