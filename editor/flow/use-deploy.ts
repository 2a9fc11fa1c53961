import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Problem } from '#flows/problem.ts'
import { api } from '../api/api.ts'
import { ApiError } from '../api/api-error.ts'
import { forgetStatuses } from '../api/live.ts'
import { keys, queryClient, useFlows } from '../api/queries.ts'
import { errorText } from '../i18n/error-text.ts'
import { useText } from '../i18n/use-text.ts'
import { notify } from '../ui/toast.tsx'
import { flowTexts } from './texts.ts'
import type { FlowSession } from './use-flow-session.ts'

/** Runs and stops the flow, and knows what runs. */
export function useDeploy({ document, autosave }: FlowSession, onProblems: () => void) {
  const t = useText(flowTexts)
  const { id } = document.flow
  const summary = useFlows().data?.find((flow) => flow.id === id)
  const running = useQuery({
    queryKey: [...keys.revisions(id), summary?.running],
    queryFn: () => api.flows.revision(id, summary?.running ?? 0),
    enabled: summary?.running !== undefined,
    staleTime: Infinity,
  })
  const [problems, setProblems] = useState<readonly Problem[]>([])
  const [busy, setBusy] = useState<'deploy' | 'stop' | undefined>()

  const run = async (what: 'deploy' | 'stop', work: () => Promise<void>) => {
    setBusy(what)
    try {
      await work()
      await queryClient.invalidateQueries({ queryKey: keys.flows })
    } catch (error) {
      const found = error instanceof ApiError ? error.problems : []
      setProblems(found)
      if (found.length > 0) onProblems()
      notify.error(t(what === 'deploy' ? 'deployFailed' : 'stopFailed'), { about: errorText(error) })
    } finally {
      setBusy(undefined)
    }
  }
  const deploy = () =>
    run('deploy', async () => {
      if (!(await autosave.flush())) return void notify.warn(t('deployUnsaved'))
      const result = await api.flows.deploy(id)
      setProblems([])
      notify.ok(t('deployed', { number: result.revision.number }))
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
    isRunning: summary?.running !== undefined && !summary.heldBack,
    /** The flow that runs, once it is known. */
    running: summary?.running === undefined ? undefined : running.data,
    isKnown: summary !== undefined && (summary.running === undefined || running.data !== undefined),
  }
}
