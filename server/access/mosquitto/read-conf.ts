import type { QoS } from '#kit/mqtt.ts'
import type { Sentence } from '#kit/sentence.ts'
import type { BrokerLimits } from '#server/broker/limits.ts'
import {
  type ImportedBridge,
  type ImportedMap,
  type ImportNote,
  linesOf,
  type MosquittoFiles,
  Notes,
  quoted,
  splitWord,
  strangeSign,
} from './plan.ts'

export interface ReadConf {
  readonly bridges: readonly ImportedBridge[]
  readonly limits: Partial<BrokerLimits>
  readonly notes: readonly ImportNote[]
}

/** Reads `mosquitto.conf`. `given` tells which of the files that it names came along. */
export function readConf(text: string, given: MosquittoFiles): ReadConf {
  const notes = new Notes('conf')
  const bridges: BridgeDraft[] = []
  const limits: { -readonly [Key in keyof BrokerLimits]?: BrokerLimits[Key] } = {}
  for (const { number, text: line } of linesOf(text)) {
    const parts = splitWord(line)
    if (parts === undefined) {
      notes.add('left-out', number, unknownOption(quoted(line)))
      continue
    }
    const { word, rest, sign } = parts
    if (sign !== undefined) notes.add('repaired', number, strangeSign(word, sign))
    const bridge = bridges.at(-1)
    if (word === 'connection') bridges.push(newBridge(rest, number))
    else if (bridge !== undefined && word in bridgeOptions) {
      const problem = bridgeOptions[word]?.(bridge, rest)
      if (problem !== undefined) notes.add('left-out', number, problem)
    } else if (word in limitOptions) Object.assign(limits, limitOptions[word]?.(rest))
    else if (word in fileOptions) {
      if (given[fileOptions[word] ?? 'conf'] === undefined)
        notes.add('left-out', number, fileWanted(word, rest))
    } else if (word in differences)
      notes.add('differs', number, differences[word]?.(rest) ?? unknownOption(word))
    else if (!isNeedless(word)) notes.add('left-out', number, unknownOption(word))
  }
  return { bridges: bridges.flatMap((draft) => finish(draft, notes)), limits, notes: notes.list }
}

type Write<T> = { -readonly [Key in keyof T]: T[Key] }
interface BridgeDraft extends Write<Omit<ImportedBridge, 'maps'>> {
  readonly line: number
  readonly maps: ImportedMap[]
}

const newBridge = (name: string, line: number): BridgeDraft => ({
  ...{ name, line, host: '', port: 1883, tls: false },
  ...{ user: '', password: '', clientId: '', notifications: true, maps: [] },
})

function finish({ line, ...bridge }: BridgeDraft, notes: Notes): ImportedBridge[] {
  if (bridge.host !== '') return [bridge]
  notes.add('left-out', line, {
    code: 'MOSQUITTO_BRIDGE_ADDRESS',
    message: `The bridge "${bridge.name}" has no address. Nothing was taken over from it.`,
    values: { name: bridge.name },
  })
  return []
}

type BridgeOption = (bridge: BridgeDraft, value: string) => Sentence | undefined

const set =
  (change: (value: string) => Partial<BridgeDraft>): BridgeOption =>
  (bridge, value) => {
    Object.assign(bridge, change(value))
    return undefined
  }
const certificateFile: BridgeOption = (bridge, file) => {
  bridge.tls = true
  return {
    code: 'MOSQUITTO_BRIDGE_FILE',
    message: `The bridge "${bridge.name}" uses the certificate ${file}. Put it into the connection that is made for the bridge.`,
    values: { name: bridge.name, file },
  }
}

const bridgeOptions: Readonly<Record<string, BridgeOption>> = {
  address: readAddress,
  addresses: readAddress,
  topic: readMap,
  remote_username: set((user) => ({ user })),
  username: set((user) => ({ user })),
  remote_password: set((password) => ({ password })),
  password: set((password) => ({ password })),
  remote_clientid: set((clientId) => ({ clientId })),
  clientid: set((clientId) => ({ clientId })),
  notifications: set((value) => ({ notifications: value !== 'false' })),
  bridge_cafile: certificateFile,
  bridge_capath: certificateFile,
  bridge_certfile: certificateFile,
  bridge_keyfile: certificateFile,
}

function readAddress(bridge: BridgeDraft, value: string): Sentence | undefined {
  const [first = '', ...others] = value.split(/\s+/)
  const [, host = '', port] = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(first) ?? []
  bridge.host = host.replace(/^\[|\]$/g, '')
  if (port !== undefined) bridge.port = Number(port)
  if (others.length === 0) return undefined
  return {
    code: 'MOSQUITTO_BRIDGE_ADDRESSES',
    message: `The bridge "${bridge.name}" has several addresses. The first, ${first}, was taken over.`,
    values: { name: bridge.name, first },
  }
}

/** `topic pattern [[[direction] qos] local-prefix remote-prefix]`; `""` is an empty word. */
function readMap(bridge: BridgeDraft, value: string): Sentence | undefined {
  const words = [...value.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '')
  const [filter = '', direction = 'out', qos = '0', localPrefix = '', remotePrefix = ''] = words
  if (!isDirection(direction) || !/^[012]$/.test(qos))
    return {
      code: 'MOSQUITTO_BRIDGE_TOPIC',
      message: `The line "topic ${value}" of the bridge "${bridge.name}" could not be read. Nothing was taken over from it.`,
      values: { name: bridge.name, value },
    }
  bridge.maps.push({ direction, filter, qos: Number(qos) as QoS, localPrefix, remotePrefix })
  return undefined
}

const isDirection = (text: string): text is ImportedMap['direction'] =>
  text === 'in' || text === 'out' || text === 'both'

type LimitOption = (value: string) => Partial<BrokerLimits>

/** 0 means no limit to Mosquitto; the limits of the house stay then. */
const count =
  (key: 'connections' | 'queuedMessages' | 'queuedBytes' | 'packetBytes'): LimitOption =>
  (value) =>
    /^[1-9]\d{0,9}$/.test(value) ? { [key]: Number(value) } : {}
const DAY = 24 * 3_600_000
const days: Readonly<Record<string, number>> = { h: DAY / 24, d: DAY, w: 7 * DAY, m: 30 * DAY, y: 365 * DAY }

const limitOptions: Readonly<Record<string, LimitOption>> = {
  max_connections: count('connections'),
  global_max_connections: count('connections'),
  max_queued_messages: count('queuedMessages'),
  max_queued_bytes: count('queuedBytes'),
  max_packet_size: count('packetBytes'),
  message_size_limit: count('packetBytes'),
  persistent_client_expiration(value) {
    const [, number, unit = ''] = /^(\d{1,4})([hdwmy])$/.exec(value) ?? []
    const unitMs = days[unit]
    return number !== undefined && unitMs !== undefined ? { sessionExpiryMs: Number(number) * unitMs } : {}
  },
}

const fileOptions: Readonly<Record<string, 'passwords' | 'acl'>> = {
  password_file: 'passwords',
  acl_file: 'acl',
}

const fileWanted = (option: string, file: string): Sentence => ({
  code: 'MOSQUITTO_FILE_WANTED',
  message: `"${option}" names the file ${file}. Add that file here, too, to take over what is in it.`,
  values: { option, file },
})

const unknownOption = (option: string): Sentence => ({
  code: 'MOSQUITTO_OPTION',
  message: `"${option}" was not taken over: it is no option of Mosquitto, or there is nothing like it here.`,
  values: { option },
})

const listens = (value: string): Sentence => ({
  code: 'MOSQUITTO_LISTENER',
  message: `Mosquitto listened on ${value}. Wirehouse listens where its settings say: 1883 and, with TLS, 8883, if you have not chosen others.`,
  values: { value },
})
const certificates = (value: string): Sentence => ({
  code: 'MOSQUITTO_CERTIFICATE',
  message: `Mosquitto used the file ${value}. Wirehouse has made certificates of its own; under "Listeners" you may put in yours.`,
  values: { value },
})
const keys = (value: string): Sentence => ({
  code: 'MOSQUITTO_KEYS',
  message: `The pre-shared keys (${value}) were not taken over. Make new ones under "Listeners".`,
  values: { value },
})

/** What has its place elsewhere here. */
const differences: Readonly<Record<string, (value: string) => Sentence | undefined>> = {
  listener: listens,
  port: listens,
  bind_address: listens,
  cafile: certificates,
  capath: certificates,
  certfile: certificates,
  keyfile: certificates,
  crlfile: certificates,
  psk_file: keys,
  psk_hint: keys,
  allow_anonymous: (value) => ({
    code: value === 'true' ? 'MOSQUITTO_OPEN' : 'MOSQUITTO_CLOSED',
    message:
      value === 'true'
        ? 'Mosquitto let everybody in without a login. Here only programs on this machine need none: make an account for each device in the network.'
        : 'Mosquitto let nobody in without a login. Here programs on this machine need none, until you switch that off under "Access".',
  }),
}

/** Housekeeping that Wirehouse does in its own way, with nothing to take over. */
const needless = [
  ...['persistence', 'persistence_file', 'persistence_location', 'autosave_interval', 'autosave_on_changes'],
  ...['per_listener_settings', 'protocol', 'socket_domain', 'http_dir', 'websockets_log_level', 'user'],
  ...['pid_file', 'connection_messages', 'set_tcp_nodelay', 'sys_interval', 'allow_duplicate_messages'],
  ...['allow_zero_length_clientid', 'auto_id_prefix', 'retain_available', 'upgrade_outgoing_qos', 'max_qos'],
  ...['max_inflight_messages', 'max_inflight_bytes', 'max_keepalive', 'memory_limit', 'queue_qos0_messages'],
  ...[
    'require_certificate',
    'use_identity_as_username',
    'use_username_as_clientid',
    'tls_version',
    'ciphers',
  ],
  ...['ciphers_tls1.3', 'dhparamfile', 'mount_point', 'max_topic_alias', 'check_retain_source'],
  // of a bridge, beside those that are taken over
  ...['start_type', 'restart_timeout', 'try_private', 'round_robin', 'cleansession', 'local_cleansession'],
  ...['keepalive_interval', 'idle_timeout', 'threshold', 'notification_topic', 'notifications_local_only'],
  ...['local_clientid', 'local_username', 'local_password', 'bridge_attempt_unsubscribe', 'bridge_insecure'],
  ...['bridge_protocol_version', 'bridge_bind_address', 'bridge_outgoing_retain', 'bridge_max_packet_size'],
  ...['bridge_alpn', 'bridge_require_ocsp', 'bridge_tls_version', 'bridge_identity', 'bridge_psk'],
]
const isNeedless = (word: string): boolean => word.startsWith('log_') || needless.includes(word)
