import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api } from '../api/api.ts'
import { keys, useSummary } from '../api/queries.ts'
import type { Revision } from '../api/types.ts'

/** So many are asked for at once. */
const PAGE = 50

/** The revisions of a flow, the newest first, asked anew when another one runs. */
export function useRevisions(flow: string, enabled: boolean) {
  const running = useSummary(flow)?.running
  const { data, isPending, error, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: [...keys.revisions(flow), 'list', running],
    queryFn: ({ pageParam }) => api.flows.revisions(flow, { limit: PAGE, before: pageParam }),
    // What is there stays while it is asked anew.
    placeholderData: keepPreviousData,
    initialPageParam: undefined as number | undefined,
    getNextPageParam: (page: readonly Revision[]) => (page.length === PAGE ? page.at(-1)?.number : undefined),
    enabled,
  })
  return {
    revisions: data?.pages.flat(),
    isPending,
    error,
    hasOlder: hasNextPage,
    isLoadingOlder: isFetchingNextPage,
    loadOlder: () => void fetchNextPage(),
  }
}

/** The flow of a revision, which never changes. `undefined` while it loads, and where there is none. */
export function useRevisionFlow(flow: string, number: number | undefined) {
  const { data, isPending, error } = useQuery({
    queryKey: [...keys.revisions(flow), 'flow', number],
    queryFn: () => api.flows.revision(flow, number ?? 0),
    enabled: number !== undefined,
    staleTime: Infinity,
  })
  return { flow: data, isPending: isPending && number !== undefined, error }
}
