import { useMutation, useQuery } from '@tanstack/react-query'
import { api } from '../../../../api/api.ts'
import { keys, queryClient } from '../../../../api/queries.ts'
import type { TopicRecording } from '../../../../api/types.ts'
import { errorText } from '../../../../i18n/error-text.ts'
import { notify } from '../../../../ui/toast.tsx'

const LOOK_EVERY_MS = 1_000
const isRunning = ({ endedAt }: TopicRecording): boolean => endedAt === undefined

/** Recordings of topics, the newest first; looked at again while one goes on. */
export const useTopicRecordings = () =>
  useQuery({
    queryKey: keys.topicRecordings,
    queryFn: api.topicRecordings.list,
    refetchInterval: ({ state }) => (state.data?.some(isRunning) ? LOOK_EVERY_MS : false),
  })

/** Does something to them, tells what keeps it from that, and reads them anew. */
export const useRecordingChange = <Given, Result>(
  change: (given: Given) => Promise<Result>,
  onSuccess?: (result: Result) => void,
) =>
  useMutation({
    mutationFn: change,
    onSuccess: (result) => onSuccess?.(result),
    onError: (error) => notify.error(errorText(error)),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keys.topicRecordings }),
  })
