import { MutationCache, QueryCache, QueryClient, useMutation, useQuery } from '@tanstack/react-query'
import { api } from './api.ts'
import { ApiError } from './api-error.ts'
import type { ConnectionDraft, User } from './types.ts'

/** One for the app. A refusal is final; only a server that is away is asked again. */
export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: noticeSignOut }),
  mutationCache: new MutationCache({ onError: noticeSignOut }),
  defaultOptions: {
    // the house is there without the internet, too
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      staleTime: 5_000,
      retry: (count, error) =>
        error instanceof ApiError && (error.status === 0 || error.status >= 500) && count < 3,
    },
  },
})

/** Names of what is kept, to be invalidated by the live channel. */
export const keys = {
  setup: ['setup'],
  session: ['session'],
  flows: ['flows'],
  revisions: (flow: string) => ['revisions', flow],
  recordings: (flow: string) => ['recordings', flow],
  topicRecordings: ['topic-recordings'],
  conditions: ['conditions'],
  connections: ['connections'],
  discover: (connection: string) => ['discover', connection],
  pairingOffer: (connection: string, panel: string) => ['pairing', connection, 'offer', panel],
  pairing: (connection: string, code: string) => ['pairing', connection, code],
  alarms: ['alarms'],
  standingAlarms: ['alarms', 'standing'],
  closedAlarms: (limit: number) => ['alarms', 'closed', limit],
  outbox: ['outbox'],
  deadLetters: ['dead-letters'],
  series: ['series'],
  buckets: (key: string, from: number, to: number) => ['series', key, from, to],
  newest: (key: string, at: number) => ['series', key, 'newest', at],
  broker: ['broker'],
  accessRules: ['access-rules'],
  doors: ['doors'],
  clientIds: ['client-ids'],
  tokenSettings: ['token-settings'],
  brokerClients: ['broker', 'clients'],
  brokerRefusals: ['broker', 'refusals'],
  brokerStatus: ['broker', 'status'],
  brokerLimits: ['broker', 'limits'],
  listeners: ['listeners'],
  preSharedKeys: ['pre-shared-keys'],
  deviceCertificates: ['device-certificates'],
  bridges: ['bridges'],
  users: ['users'],
  houseLog: ['house-log'],
  tokens: ['tokens'],
  notifications: ['notifications'],
} as const

// The session ended, here or elsewhere. A wrong password is a 401 too, but one of a request that asks for none.
function noticeSignOut(error: unknown): void {
  if (error instanceof ApiError && error.code === 'SIGN_IN_NEEDED') void forgetSession()
}

/** Who is signed in from now on. What the server was asked about it before is answered by the past, and counts no more. */
export async function setSession(user: User | null): Promise<void> {
  await queryClient.cancelQueries({ queryKey: keys.session })
  queryClient.setQueryData(keys.session, user)
}

/** Nobody is signed in any more: what was loaded is dropped, and the sign-in page shows. */
export async function forgetSession(): Promise<void> {
  await setSession(null)
  queryClient.removeQueries({ predicate: ({ queryKey: [name] }) => name !== 'session' && name !== 'setup' })
}

const refresh = (key: readonly string[]) => queryClient.invalidateQueries({ queryKey: key })

export const useFlows = () => useQuery({ queryKey: keys.flows, queryFn: api.flows.list })

export const useConnections = () => useQuery({ queryKey: keys.connections, queryFn: api.connections.list })

export const useSaveConnection = () =>
  useMutation({
    mutationFn: ({ id, draft }: { readonly id: string; readonly draft: ConnectionDraft }) =>
      api.connections.save(id, draft),
    onSuccess: () => refresh(keys.connections),
  })

/** Asks a connection what it sees; only while `enabled`, for the other end may be slow. */
export const useDiscover = (connection: string, enabled: boolean) =>
  useQuery({
    queryKey: keys.discover(connection),
    queryFn: () => api.connections.discover(connection),
    enabled: enabled && connection !== '',
    staleTime: 3_000,
    retry: false,
  })

/** What is amiss with the house. Asked now and then, too, for it may be what keeps the live channel from telling. */
export const useConditions = () =>
  useQuery({ queryKey: keys.conditions, queryFn: api.conditions.list, refetchInterval: 30_000 })
/** Begins to pair: one offer for each panel that opens, and another when it is asked for again. */
export const usePairingOffer = (connection: string, panel: string) =>
  useQuery({
    queryKey: keys.pairingOffer(connection, panel),
    queryFn: () => api.connections.pair(connection),
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })

/** Whether somebody has come, looked at while it may be. */
export const usePairing = (connection: string, code: string) =>
  useQuery({
    queryKey: keys.pairing(connection, code),
    queryFn: () => api.connections.pairing(connection, code),
    refetchInterval: ({ state }) =>
      state.data === undefined || state.data.kind === 'waiting' ? 1_000 : false,
    refetchIntervalInBackground: true,
    gcTime: 0,
  })

/** More than this no list shows; nobody reads on. */
const MOST_ALARMS = 500

/** What is open or acknowledged. */
export const useAlarms = () =>
  useQuery({
    queryKey: keys.standingAlarms,
    queryFn: () => api.alarms.list(['open', 'acknowledged'], MOST_ALARMS),
  })

/** The newest of those that are over. */
export const useClosedAlarms = (limit: number) =>
  useQuery({
    queryKey: keys.closedAlarms(limit),
    queryFn: () => api.alarms.list(['closed'], limit),
    placeholderData: (before) => before,
  })

export const useOutbox = () => useQuery({ queryKey: keys.outbox, queryFn: api.outbox.list })
export const useDeadLetters = () => useQuery({ queryKey: keys.deadLetters, queryFn: api.deadLetters.list })

export const useSeries = () =>
  useQuery({ queryKey: keys.series, queryFn: api.series.list, refetchInterval: 15_000 })

export const useBroker = () =>
  useQuery({ queryKey: keys.broker, queryFn: api.broker, refetchInterval: 10_000 })

export const useAccessRules = () => useQuery({ queryKey: keys.accessRules, queryFn: api.access.rules })
export const refreshAccess = () => refresh(keys.accessRules)
export const useDoors = () => useQuery({ queryKey: keys.doors, queryFn: api.access.doors })
export const useTokenSettings = () =>
  useQuery({ queryKey: keys.tokenSettings, queryFn: api.access.tokenSettings })
export const useClientIds = () => useQuery({ queryKey: keys.clientIds, queryFn: api.access.clientIds })
/** How often what the broker shows is asked anew while somebody looks, in milliseconds. */
const BROKER_EVERY_MS = 2_000
export const useBrokerClients = () =>
  useQuery({
    queryKey: keys.brokerClients,
    queryFn: api.brokerClients.list,
    refetchInterval: BROKER_EVERY_MS,
  })
export const useBrokerRefusals = () =>
  useQuery({
    queryKey: keys.brokerRefusals,
    queryFn: api.brokerClients.refusals,
    refetchInterval: BROKER_EVERY_MS,
  })
export const useBrokerStatus = () =>
  useQuery({ queryKey: keys.brokerStatus, queryFn: api.brokerStatus.read, refetchInterval: BROKER_EVERY_MS })
export const useBrokerLimits = () =>
  useQuery({ queryKey: keys.brokerLimits, queryFn: api.brokerStatus.limits })
export const useListeners = (enabled = true) =>
  useQuery({ queryKey: keys.listeners, queryFn: api.listeners.read, enabled })
export const usePreSharedKeys = () => useQuery({ queryKey: keys.preSharedKeys, queryFn: api.listeners.keys })
export const useDeviceCertificates = () =>
  useQuery({ queryKey: keys.deviceCertificates, queryFn: api.listeners.certificates })

export const useUsers = () => useQuery({ queryKey: keys.users, queryFn: api.users.list })
export const useTokens = () => useQuery({ queryKey: keys.tokens, queryFn: api.tokens.list })
/** How often a house that is away is asked whether it is back, in milliseconds. */
const KNOCK_EVERY_MS = 3_000
/** Before there is a page, nobody waits long to hear that the house is away; and it is asked again by itself. */
const atTheDoor = {
  retry: 1,
  retryDelay: 300,
  refetchInterval: ({ state }: { readonly state: { readonly status: string } }) =>
    state.status === 'error' ? KNOCK_EVERY_MS : false,
}

/** Whether the house still has to be set up. */
export const useSetup = (enabled: boolean) =>
  useQuery({ queryKey: keys.setup, queryFn: api.setup.read, staleTime: Infinity, enabled, ...atTheDoor })

/** Who is signed in, or `null`. */
export const useSession = () =>
  useQuery({ queryKey: keys.session, queryFn: readSession, staleTime: Infinity, ...atTheDoor })

async function readSession(): Promise<User | null> {
  try {
    return await api.session.read()
  } catch (error) {
    if (error instanceof ApiError && (error.status === 401 || error.code === 'SETUP_NEEDED')) return null
    throw error
  }
}

/** Whether the house belongs to who is signed in. */
export function useIsOwner(): boolean {
  return useSession().data?.role === 'owner'
}

/** What the list says of one flow. */
export const useSummary = (flow: string) => useFlows().data?.find(({ id }) => id === flow)

/** Whether who is signed in may change things; the server decides in the end. */
export function useMayEdit(): boolean {
  const { data: me } = useSession()
  return me?.role === 'owner' || me?.role === 'editor'
}

export const useBridges = () => useQuery({ queryKey: keys.bridges, queryFn: api.bridges.list })
