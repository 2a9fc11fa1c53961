import type { Flow, FlowTest } from '#flows/flow.ts'
import type { Change, OwnChange } from '#flows/operations/change.ts'
import type { Problem } from '#flows/problem.ts'
import type { Rehearsal } from '#flows/rehearsal.ts'
import type { TestResult } from '#flows/test-result.ts'
import type { Missed } from '../document/autosave.ts'
import { ApiError } from './api-error.ts'
import { request, requestJson } from './request.ts'
import type {
  AccessAnswer,
  AccessLoss,
  AccessQuestion,
  AccessRule,
  AlarmAction,
  ApiToken,
  Bridge,
  BridgeDraft,
  BrokerClient,
  BrokerLimits,
  BrokerRefusal,
  BrokerState,
  BrokerStatus,
  Bucket,
  ClientIdOwner,
  Condition,
  ConnectionDraft,
  DeadLetterRule,
  DeadLetters,
  DeployResult,
  DeviceCertificate,
  Discovery,
  Doors,
  FlowPreview,
  FlowSummary,
  HistoryEntry,
  HouseAlarm,
  HouseChange,
  ImportedFlow,
  Listeners,
  LoggedMessage,
  MessageTrace,
  NewDeviceCertificate,
  NodeStatusEvent,
  OpenedDraft,
  OutboxEntry,
  PairingOffer,
  PairingState,
  Point,
  PreSharedKey,
  RecordedMessage,
  Recording,
  ReplayState,
  Revision,
  Role,
  Series,
  SetupState,
  StoredConnection,
  Takeover,
  TakeoverRequest,
  TokenSettings,
  TopicRecording,
  TriedBridge,
  TriedToken,
  User,
} from './types.ts'

const flowPath = (id: string, rest = '') => `/api/flows/${encodeURIComponent(id)}${rest}`
const connectionPath = (id: string, rest = '') => `/api/connections/${encodeURIComponent(id)}${rest}`
const topicRecordingPath = (id: string, rest = '') => `/api/topic-recordings/${encodeURIComponent(id)}${rest}`
const recordingPath = (id: string, rest = '') => `/api/recordings/${encodeURIComponent(id)}${rest}`
const bridgePath = (id: string) => `/api/broker/bridges/${encodeURIComponent(id)}`
const topicPath = (key: string) => key.split('/').map(encodeURIComponent).join('/')

// A browser takes these out of an address, however they are written: another topic would be meant.
const stepsInPath = new Set(['.', '..'])

function mqttPath(topic: string): string {
  if (topic.split('/').some((level) => stepsInPath.has(level)))
    throw new ApiError(
      400,
      'TOPIC_STEPS',
      `"${topic}" has a level "." or "..", which a browser cannot send. Publish it from an MQTT client.`,
      { topic },
    )
  return `/api/mqtt/${topicPath(topic)}`
}

/** Every call the editor makes. Each rejects with an `ApiError`. */
export const api = {
  setup: {
    read: () => requestJson<SetupState>('GET', '/api/setup'),
    run: (owner: { readonly name: string; readonly password: string; readonly code?: string }) =>
      requestJson<User>('POST', '/api/setup', { body: owner }),
  },

  session: {
    read: () => requestJson<User>('GET', '/api/session'),
    open: (name: string, password: string) =>
      requestJson<User>('POST', '/api/session', { body: { name, password } }),
    close: () => requestJson<void>('DELETE', '/api/session'),
  },

  flows: {
    list: () => requestJson<readonly FlowSummary[]>('GET', '/api/flows'),
    /** The draft and its etag. */
    async read(id: string): Promise<{ readonly flow: Flow; readonly etag: string }> {
      const response = await request('GET', flowPath(id))
      return { flow: (await response.json()) as Flow, etag: etagOf(response) }
    },
    /** The draft with its number and what the person has done to it last, for who edits it. */
    open: (id: string) => requestJson<OpenedDraft>('GET', flowPath(id, '/draft')),
    change: (id: string, change: Change) =>
      requestJson<OwnChange>('POST', flowPath(id, '/changes'), { body: change }),
    /** What has happened since the draft with this number and etag. */
    missed: (id: string, seq: number, etag: string) =>
      requestJson<Missed>('GET', flowPath(id, `/changes?since=${seq}&etag=${encodeURIComponent(etag)}`)),
    /** Oldest first. */
    history: (id: string) => requestJson<readonly HistoryEntry[]>('GET', flowPath(id, '/history')),
    /**
     * Saves the draft as it is, half-done configs included, and answers what is wrong with it.
     * With `etag`, 412 if somebody else saved in between. With `imported`, it holds what came from outside, and
     * the flow becomes untrusted.
     */
    async save(
      flow: Flow,
      { etag, imported = false }: { readonly etag?: string | undefined; readonly imported?: boolean } = {},
    ): Promise<{ readonly etag: string; readonly problems: readonly Problem[] }> {
      const response = await request(
        'PUT',
        flowPath(flow.id, `?lenient=true${imported ? '&imported=true' : ''}`),
        {
          body: flow,
          ...(etag !== undefined && { headers: { 'if-match': quoteEtag(etag) } }),
        },
      )
      const answer = (await response.json()) as { readonly problems?: readonly Problem[] }
      return { etag: etagOf(response), problems: answer.problems ?? [] }
    },
    remove: (id: string) => requestJson<void>('DELETE', flowPath(id)),
    /** With `skipsTests`, also where its tests have to pass and do not. */
    deploy: (
      id: string,
      { message = '', skipsTests = false }: { readonly message?: string; readonly skipsTests?: boolean } = {},
    ) =>
      requestJson<DeployResult>('POST', flowPath(id, '/deploy'), {
        body: { message, ...(skipsTests && { skipTests: true }) },
      }),
    stop: (id: string) => requestJson<void>('POST', flowPath(id, '/stop')),
    /** With `etag`, 412 if the draft is no longer the one that was read. */
    trust: (id: string, trusted: boolean, etag?: string) =>
      requestJson<void>('PUT', flowPath(id, '/trust'), {
        body: { trusted },
        ...(etag !== undefined && { headers: { 'if-match': quoteEtag(etag) } }),
      }),
    startHeldBack: () => requestJson<void>('POST', '/api/flows/start-held-back'),
    problems: (id: string) => requestJson<readonly Problem[]>('GET', flowPath(id, '/problems')),
    statuses: (id: string) => requestJson<readonly NodeStatusEvent[]>('GET', flowPath(id, '/status')),
    /** The newest first; `before` a number goes on with those that are older. */
    revisions: (id: string, range: { readonly limit: number; readonly before?: number | undefined }) =>
      requestJson<readonly Revision[]>(
        'GET',
        flowPath(
          id,
          `/revisions?limit=${range.limit}${range.before === undefined ? '' : `&before=${range.before}`}`,
        ),
      ),
    revision: (id: string, number: number) => requestJson<Flow>('GET', flowPath(id, `/revisions/${number}`)),
    /** The text of the flow file. */
    export: async (id: string) => (await request('GET', flowPath(id, '/export'))).text(),
    /** What an import would bring; nothing is stored. */
    previewImport: (text: string) =>
      requestJson<{ readonly flows: readonly FlowPreview[] }>('POST', '/api/import?dryRun=true', { text }),
    /** All of it, or nothing. */
    import: (text: string, options: { readonly deploy?: boolean } = {}) =>
      requestJson<{ readonly flows: readonly ImportedFlow[] }>(
        'POST',
        `/api/import${options.deploy ? '?deploy=true' : ''}`,
        { text },
      ),
    /** Waits a while for the next message on a wire, and answers its way; without steps if none came. */
    trace: (id: string, wire: string, signal: AbortSignal) =>
      requestJson<MessageTrace>('GET', flowPath(id, `/trace?wire=${encodeURIComponent(wire)}`), { signal }),
    /** The way of a message that has gone by; no steps where it is no longer known. */
    path: (id: string, message: string) =>
      requestJson<MessageTrace>('GET', flowPath(id, `/trace?message=${encodeURIComponent(message)}`)),
    /** The last messages of a wire, the oldest first. */
    wireMessages: (id: string, wire: string) =>
      requestJson<readonly LoggedMessage[]>(
        'GET',
        flowPath(id, `/wire-messages?wire=${encodeURIComponent(wire)}`),
      ),
    /** Runs tests on the draft, by default those that it carries. */
    test: (id: string, tests?: readonly FlowTest[]) =>
      requestJson<{ readonly results: readonly TestResult[] }>('POST', flowPath(id, '/test'), {
        body: tests ? { tests } : {},
      }),
    /** Has messages arrive in the draft in virtual time. */
    rehearse: (id: string, play: Pick<FlowTest, 'send' | 'within'>) =>
      requestJson<Rehearsal>('POST', flowPath(id, '/rehearse'), { body: play }),
    /** Pokes a node; answers when the message has settled, with its id. */
    poke: (
      id: string,
      node: string,
      message: { readonly port?: string; readonly payload?: unknown; readonly topic?: string } = {},
    ) =>
      requestJson<{ readonly message: string }>(
        'POST',
        flowPath(id, `/nodes/${encodeURIComponent(node)}/inject`),
        { body: message },
      ),
  },

  recordings: {
    list: (flow: string) => requestJson<readonly Recording[]>('GET', flowPath(flow, '/recordings')),
    start: (flow: string, recording: { readonly name: string; readonly wires: readonly string[] }) =>
      requestJson<Recording>('POST', flowPath(flow, '/recordings'), { body: recording }),
    upload: (flow: string, file: unknown) =>
      requestJson<Recording>('POST', flowPath(flow, '/recordings/upload'), { body: file }),
    /** The text of its file. */
    download: async (id: string) => (await request('GET', recordingPath(id))).text(),
    read: (id: string) =>
      requestJson<{ readonly messages: readonly RecordedMessage[] }>('GET', recordingPath(id)),
    rename: (id: string, name: string) =>
      requestJson<Recording>('PUT', recordingPath(id), { body: { name } }),
    remove: (id: string) => requestJson<void>('DELETE', recordingPath(id)),
    stop: (id: string) => requestJson<Recording>('POST', recordingPath(id, '/stop')),
    replay: (id: string, how: { readonly speed: number; readonly muted: boolean }) =>
      requestJson<ReplayState>('POST', recordingPath(id, '/replay'), { body: how }),
    rehearse: (id: string) => requestJson<Rehearsal>('POST', recordingPath(id, '/rehearse')),
    /** The replay that goes on in a flow, if one does. */
    replayOf: (flow: string) => requestJson<ReplayState | null>('GET', flowPath(flow, '/replay')),
    stopReplay: (flow: string) => requestJson<void>('POST', flowPath(flow, '/replay/stop')),
  },

  topicRecordings: {
    list: () => requestJson<readonly TopicRecording[]>('GET', '/api/topic-recordings'),
    start: (recording: { readonly name: string; readonly filter: string }) =>
      requestJson<TopicRecording>('POST', '/api/topic-recordings', { body: recording }),
    stop: (id: string) => requestJson<TopicRecording>('POST', topicRecordingPath(id, '/stop')),
    remove: (id: string) => requestJson<void>('DELETE', topicRecordingPath(id)),
    /** Makes it a recording of a flow, at the nodes that listen to these topics. */
    use: (id: string, flow: string) =>
      requestJson<Recording>('POST', topicRecordingPath(id, '/use'), { body: { flow } }),
  },

  connections: {
    list: () => requestJson<readonly StoredConnection[]>('GET', '/api/connections'),
    save: (id: string, draft: ConnectionDraft) =>
      requestJson<StoredConnection>('PUT', connectionPath(id), { body: draft }),
    remove: (id: string) => requestJson<void>('DELETE', connectionPath(id)),
    discover: (id: string) => requestJson<readonly Discovery[]>('GET', connectionPath(id, '/discover')),
    /** Waits for something new at the other end, which brings the code. */
    pair: (id: string) => requestJson<PairingOffer>('POST', connectionPath(id, '/pair')),
    pairing: (id: string, code: string) =>
      requestJson<PairingState>('GET', connectionPath(id, `/pair/${encodeURIComponent(code)}`)),
  },

  /** What was done to connections, settings and flows as such. */
  log: {
    /** Newest first. */
    list: () => requestJson<readonly HouseChange[]>('GET', '/api/log'),
    /** Answers the change that has undone it. */
    undo: (number: number) => requestJson<HouseChange>('POST', `/api/log/${number}/undo`),
  },

  conditions: {
    list: () => requestJson<readonly Condition[]>('GET', '/api/conditions'),
    dismiss: (kind: string) =>
      requestJson<void>('POST', `/api/conditions/${encodeURIComponent(kind)}/dismiss`),
  },

  alarms: {
    /** The newest first. */
    list: (states: readonly HouseAlarm['state'][], limit: number) =>
      requestJson<readonly HouseAlarm[]>('GET', `/api/alarms?state=${states.join(',')}&limit=${limit}`),
    /** Answers how it is then: who was first stays. */
    act: (id: string, action: AlarmAction) =>
      requestJson<HouseAlarm>('POST', `/api/alarms/${encodeURIComponent(id)}/${action}`),
  },

  outbox: {
    list: () => requestJson<readonly OutboxEntry[]>('GET', '/api/outbox'),
    retry: (number: number) => requestJson<void>('POST', `/api/outbox/${number}/retry`),
    discard: (number: number) => requestJson<void>('DELETE', `/api/outbox/${number}`),
  },

  deadLetters: {
    list: () => requestJson<DeadLetters>('GET', '/api/dead-letters'),
    retry: (id: number) => requestJson<void>('POST', `/api/dead-letters/${id}/retry`),
    discard: (id: number) => requestJson<void>('DELETE', `/api/dead-letters/${id}`),
    retryAll: (flow: string) => requestJson<void>('POST', '/api/dead-letters/retry', { body: { flow } }),
    discardAll: (flow: string) =>
      requestJson<void>('DELETE', `/api/dead-letters?flow=${encodeURIComponent(flow)}`),
    setRule: (flow: string, rule: DeadLetterRule) =>
      requestJson<void>('PUT', `/api/dead-letters/rules/${encodeURIComponent(flow)}`, { body: { rule } }),
  },

  mqtt: {
    /** Answers when the broker has taken it; at QoS 1 and 2, when it has acknowledged it. */
    publish: (
      topic: string,
      payload: string,
      { qos, retain }: { readonly qos: 0 | 1 | 2; readonly retain: boolean },
    ) =>
      requestJson<void>(retain ? 'PUT' : 'POST', `${mqttPath(topic)}?qos=${qos}`, {
        text: payload,
        headers: { 'content-type': 'application/octet-stream' },
      }),
    /** Clears the retained message of a topic. */
    clear: (topic: string) => requestJson<void>('DELETE', mqttPath(topic)),
  },

  broker: () => requestJson<BrokerState>('GET', '/api/broker'),

  access: {
    rules: () => requestJson<readonly AccessRule[]>('GET', '/api/broker/rules'),
    addRule: (rule: Omit<AccessRule, 'id'>) =>
      requestJson<AccessRule>('POST', '/api/broker/rules', { body: rule }),
    changeRule: ({ id, ...rule }: AccessRule) =>
      requestJson<AccessRule>('PUT', `/api/broker/rules/${encodeURIComponent(id)}`, { body: rule }),
    removeRule: (id: string) => requestJson<void>('DELETE', `/api/broker/rules/${encodeURIComponent(id)}`),
    /** Who of those that are connected would lose something; an id alone stands for its removal. */
    rehearse: (change: { readonly id?: string; readonly rule?: Omit<AccessRule, 'id'> }) =>
      requestJson<readonly AccessLoss[]>('POST', '/api/broker/rules/rehearse', { body: change }),
    try: (question: AccessQuestion) =>
      requestJson<AccessAnswer>('POST', '/api/broker/rules/try', { body: question }),
    doors: () => requestJson<Doors>('GET', '/api/broker/doors'),
    setDoors: (doors: Doors) => requestJson<Doors>('PUT', '/api/broker/doors', { body: doors }),
    /** What a takeover of a Mosquitto would change. */
    previewTakeover: (wanted: TakeoverRequest) =>
      requestJson<Takeover>('POST', '/api/broker/import', { body: wanted }),
    takeOver: (wanted: TakeoverRequest) =>
      requestJson<Takeover>('POST', '/api/broker/import', { body: { ...wanted, apply: true } }),
    tokenSettings: () => requestJson<TokenSettings>('GET', '/api/broker/token-settings'),
    setTokenSettings: (settings: TokenSettings) =>
      requestJson<TokenSettings>('PUT', '/api/broker/token-settings', { body: settings }),
    /** Under settings that need not be saved yet. */
    tryToken: (asked: { readonly token: string; readonly name: string; readonly settings: TokenSettings }) =>
      requestJson<TriedToken>('POST', '/api/broker/token-settings/try', { body: asked }),
    clientIds: () => requestJson<readonly ClientIdOwner[]>('GET', '/api/broker/client-ids'),
    releaseClientId: (clientId: string) =>
      requestJson<void>('DELETE', `/api/broker/client-ids/${encodeURIComponent(clientId)}`),
  },

  brokerClients: {
    list: () => requestJson<readonly BrokerClient[]>('GET', '/api/broker/clients'),
    /** Ends its connection; it may come back. */
    kick: (id: string) => requestJson<void>('DELETE', `/api/broker/clients/${encodeURIComponent(id)}`),
    /** Forgets its session with all that waits in it. */
    forget: (id: string) =>
      requestJson<void>('DELETE', `/api/broker/clients/${encodeURIComponent(id)}?forget=true`),
    refusals: () => requestJson<readonly BrokerRefusal[]>('GET', '/api/broker/refusals'),
  },

  brokerStatus: {
    read: () => requestJson<BrokerStatus>('GET', '/api/broker/status'),
    limits: () => requestJson<BrokerLimits>('GET', '/api/broker/limits'),
    setLimits: (limits: BrokerLimits['limits']) =>
      requestJson<BrokerLimits['limits']>('PUT', '/api/broker/limits', { body: limits }),
  },

  listeners: {
    read: () => requestJson<Listeners>('GET', '/api/broker/listeners'),
    set: (settings: Pick<Listeners, 'origins' | 'needsProof'>) =>
      requestJson<Listeners>('PUT', '/api/broker/listeners', { body: settings }),
    /** With `authority`, also the one that signs, which every device then has to be given. */
    renew: (authority: boolean) =>
      requestJson<Listeners>('POST', '/api/broker/certificate/renew', { body: { authority } }),
    /** PEM. */
    setOwn: (pair: { readonly cert: string; readonly key: string }) =>
      requestJson<Listeners>('PUT', '/api/broker/certificate', { body: pair }),
    dropOwn: () => requestJson<Listeners>('DELETE', '/api/broker/certificate'),
    keys: () => requestJson<readonly PreSharedKey[]>('GET', '/api/broker/keys'),
    /** `key` is told this once, in hex. */
    addKey: (key: { readonly identity: string; readonly user: string }) =>
      requestJson<{ readonly identity: string; readonly key: string }>('POST', '/api/broker/keys', {
        body: key,
      }),
    removeKey: (identity: string) =>
      requestJson<void>('DELETE', `/api/broker/keys/${encodeURIComponent(identity)}`),
    certificates: () => requestJson<readonly DeviceCertificate[]>('GET', '/api/broker/certificates'),
    addCertificate: (certificate: { readonly user: string; readonly name: string }) =>
      requestJson<NewDeviceCertificate>('POST', '/api/broker/certificates', { body: certificate }),
    removeCertificate: (serial: string) =>
      requestJson<void>('DELETE', `/api/broker/certificates/${encodeURIComponent(serial)}`),
  },

  series: {
    list: () => requestJson<readonly Series[]>('GET', '/api/series'),
    points: (key: string, span: { readonly from: number; readonly to: number; readonly limit: number }) =>
      requestJson<readonly Point[]>(
        'GET',
        `/api/series/${topicPath(key)}/points?from=${span.from}&to=${span.to}&limit=${span.limit}`,
      ),
    buckets: (key: string, span: { readonly from: number; readonly to: number; readonly count: number }) =>
      requestJson<readonly Bucket[]>(
        'GET',
        `/api/series/${topicPath(key)}/buckets?from=${span.from}&to=${span.to}&count=${span.count}`,
      ),
  },

  users: {
    list: () => requestJson<readonly User[]>('GET', '/api/users'),
    add: (user: { readonly name: string; readonly role: Role; readonly password: string }) =>
      requestJson<User>('POST', '/api/users', { body: user }),
    remove: (name: string) => requestJson<void>('DELETE', `/api/users/${encodeURIComponent(name)}`),
    setPassword: (name: string, change: { readonly password: string; readonly current?: string }) =>
      requestJson<void>('PUT', `/api/users/${encodeURIComponent(name)}/password`, { body: change }),
  },

  /** Browsers that show notifications. */
  browsers: {
    key: () => requestJson<{ readonly publicKey: string }>('GET', '/api/browsers/key'),
    add: (subscription: PushSubscriptionJSON) =>
      requestJson<{ readonly id: string }>('POST', '/api/browsers', { body: subscription }),
    remove: (endpoint: string) => requestJson<void>('DELETE', '/api/browsers', { body: { endpoint } }),
  },

  tokens: {
    list: () => requestJson<readonly ApiToken[]>('GET', '/api/tokens'),
    /** `token` is shown this once; the server keeps only its hash. */
    add: (name: string) =>
      requestJson<{ readonly id: string; readonly token: string }>('POST', '/api/tokens', { body: { name } }),
    remove: (id: string) => requestJson<void>('DELETE', `/api/tokens/${encodeURIComponent(id)}`),
  },

  bridges: {
    list: () => requestJson<readonly Bridge[]>('GET', '/api/broker/bridges'),
    add: (bridge: BridgeDraft) => requestJson<Bridge>('POST', '/api/broker/bridges', { body: bridge }),
    change: (id: string, bridge: BridgeDraft) => requestJson<Bridge>('PUT', bridgePath(id), { body: bridge }),
    remove: (id: string) => requestJson<void>('DELETE', bridgePath(id)),
    /** Throws away what waits in it. */
    discard: (id: string) => requestJson<void>('POST', `${bridgePath(id)}/discard`),
    /** Connects once, and leaves again. */
    try: (bridge: BridgeDraft) =>
      requestJson<TriedBridge>('POST', '/api/broker/bridges/try', { body: bridge }),
  },
}

const etagOf = (response: Response) => (response.headers.get('etag') ?? '').replace(/^(W\/)?"(.*)"$/, '$2')
const quoteEtag = (etag: string) => `"${etag}"`
