import { isIP } from 'node:net'
import { parseEnv } from 'node:util'

/** What the owner may set (design.md, section 7). */
export interface Settings {
  readonly host: string
  /** 0 takes any free port. */
  readonly httpPort: number
  readonly mqttPort: number
  /** `off` opens none. */
  readonly mqttsPort: number | 'off'
  /** Files with a certificate and its key (PEM), in place of those that the house makes. */
  readonly tlsCert?: string
  readonly tlsKey?: string
  /** Whether the house is announced in the network as `wirehouse.local`. */
  readonly mdns: boolean
  readonly dataDir: string
  /** Creates the owner `admin` on the first start. */
  readonly adminPassword?: string
  /** Root of the Telegram bot API, without a slash at its end. */
  readonly telegramApi: string
  /** Whether messages of QoS 1 and 2 are on disk before they are acknowledged to their publisher. */
  readonly inbox: boolean
  /** npm packages that functions of trusted flows may load, out of `libraries/node_modules` in the data folder. */
  readonly functionLibraries: readonly string[]
  readonly logLevel: LogLevel
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const
export type LogLevel = (typeof logLevels)[number]

/** A setting that is unknown or has a bad value. Its message is the one line that the start prints before it exits with 1. */
export class SettingError extends Error {
  override readonly name = 'SettingError'
  readonly code: 'SETTING_UNKNOWN' | 'SETTING_VALUE'
  readonly setting: string

  constructor(code: SettingError['code'], setting: string, message: string) {
    super(message)
    this.code = code
    this.setting = setting
  }
}

/** One row of the settings table in the README. `read` answers the value, or what a good one looks like. */
export interface SettingRow<Value = unknown> {
  readonly name: string
  readonly default: string
  readonly description: string
  readonly read: (text: string) => Value | Wanted
}

interface Wanted {
  readonly wanted: string
}
const wanted = (text: string): Wanted => ({ wanted: text })
const isWanted = (value: unknown): value is Wanted =>
  typeof value === 'object' && value !== null && 'wanted' in value

type Rows = { readonly [Key in keyof Settings]-?: SettingRow<NonNullable<Settings[Key]>> }

const rows: Rows = {
  host: {
    name: 'WIREHOUSE_HOST',
    default: '0.0.0.0',
    description: 'Address to listen on; `127.0.0.1` keeps the house to this machine.',
    read: (text) => (isHost(text) ? text : wanted('an IP address or a host name')),
  },
  httpPort: {
    name: 'WIREHOUSE_HTTP_PORT',
    default: '1880',
    description: 'Port of the editor, the API and MQTT over WebSocket.',
    read: readPort,
  },
  mqttPort: {
    name: 'WIREHOUSE_MQTT_PORT',
    default: '1883',
    description: 'Port of the MQTT broker.',
    read: readPort,
  },
  mqttsPort: {
    name: 'WIREHOUSE_MQTTS_PORT',
    default: '8883',
    description: 'Port of the MQTT broker with TLS; `off` opens none.',
    read: (text) => (text === 'off' ? text : readPort(text)),
  },
  tlsCert: {
    name: 'WIREHOUSE_TLS_CERT',
    default: '',
    description: 'File with a certificate and its chain (PEM), in place of the one that the house makes.',
    read: readFileName,
  },
  tlsKey: {
    name: 'WIREHOUSE_TLS_KEY',
    default: '',
    description: 'File with the key of that certificate (PEM).',
    read: readFileName,
  },
  mdns: {
    name: 'WIREHOUSE_MDNS',
    default: 'on',
    description:
      'Whether the house is announced in the network, as `wirehouse.local`; `off` keeps it silent.',
    read: readSwitch,
  },
  dataDir: {
    name: 'WIREHOUSE_DATA_DIR',
    default: './data',
    description: 'Folder of the databases, made if it is missing.',
    read: readFileName,
  },
  adminPassword: {
    name: 'WIREHOUSE_ADMIN_PASSWORD',
    default: '',
    description: 'Creates the owner `admin` with this password on the first start; at least 8 characters.',
    read: (text) => ([...text].length >= 8 ? text : wanted('at least 8 characters')),
  },
  telegramApi: {
    name: 'WIREHOUSE_TELEGRAM_API',
    default: 'https://api.telegram.org',
    description: 'Root of the Telegram bot API, for a server of your own.',
    read: (text) => (isWebAddress(text) ? text.replace(/\/+$/, '') : wanted('an http or https address')),
  },
  inbox: {
    name: 'WIREHOUSE_INBOX',
    default: 'on',
    description:
      'Whether a QoS 1 or 2 message that a flow does not handle at once is on disk before it is acknowledged; `off` spares a card, and loses it in a crash.',
    read: readSwitch,
  },
  functionLibraries: {
    name: 'WIREHOUSE_FUNCTION_LIBRARIES',
    default: '',
    description:
      'npm packages that functions of trusted flows may load, separated by commas. Install them in the folder `libraries` of the data folder.',
    read: readPackages,
  },
  logLevel: {
    name: 'WIREHOUSE_LOG_LEVEL',
    default: 'info',
    description: `How much is logged: ${logLevels.join(', ')}.`,
    read: (text) => logLevels.find((level) => level === text) ?? wanted(`one of ${logLevels.join(', ')}`),
  },
}

/** Every setting, in the order of the README. */
export const settingRows: readonly SettingRow[] = Object.values(rows)

export interface SettingSources {
  /** The arguments behind the script's name. */
  readonly argv: readonly string[]
  readonly env: Readonly<Record<string, string | undefined>>
  /** Text of `.env`, if there is one. */
  readonly dotenv?: string | undefined
}

/**
 * Reads the settings: a flag goes before the environment, which goes before `.env`, which goes before the default.
 * An empty value counts as none. Throws a `SettingError` at the first that is unknown or bad.
 */
export function readSettings({ argv, env, dotenv = '' }: SettingSources): Settings {
  const sources = [readFlags(argv), readNamed(env, ''), readNamed(parseEnv(dotenv), ' in .env')]
  const textOf = ({ name }: SettingRow): string | undefined =>
    sources.map((source) => source.get(name)).find((text) => text !== undefined && text !== '')
  const read = <Value>(row: SettingRow<Value>): Value => readValue(row, textOf(row) ?? row.default)
  return {
    host: read(rows.host),
    httpPort: read(rows.httpPort),
    mqttPort: read(rows.mqttPort),
    mqttsPort: read(rows.mqttsPort),
    ...readTlsFiles(textOf(rows.tlsCert), textOf(rows.tlsKey)),
    mdns: read(rows.mdns),
    dataDir: read(rows.dataDir),
    ...(textOf(rows.adminPassword) !== undefined && { adminPassword: read(rows.adminPassword) }),
    telegramApi: read(rows.telegramApi),
    inbox: read(rows.inbox),
    functionLibraries: read(rows.functionLibraries),
    logLevel: read(rows.logLevel),
  }
}

/** A certificate and its key, or neither. */
function readTlsFiles(
  tlsCert: string | undefined,
  tlsKey: string | undefined,
): Pick<Settings, 'tlsCert' | 'tlsKey'> {
  if (tlsCert !== undefined && tlsKey !== undefined) return { tlsCert, tlsKey }
  if (tlsCert === undefined && tlsKey === undefined) return {}
  const [given, missing] = tlsCert === undefined ? [rows.tlsKey, rows.tlsCert] : [rows.tlsCert, rows.tlsKey]
  throw new SettingError(
    'SETTING_VALUE',
    missing.name,
    `${given.name} is set and ${missing.name} is not: a certificate and its key belong together. Set both, or neither.`,
  )
}

function readFileName(text: string): string | Wanted {
  return text.includes('\0') ? wanted('a path') : text
}

function readSwitch(text: string): boolean | Wanted {
  return text === 'on' || text === 'off' ? text === 'on' : wanted('on or off')
}

/** A name as npm allows it, with or without a scope. */
const packageName = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/

function readPackages(text: string): readonly string[] | Wanted {
  const names = text.split(',').map((name) => name.trim())
  if (text.trim() === '') return []
  return names.every((name) => packageName.test(name)) ? names : wanted('names of npm packages')
}

/** The flag of a setting: `--http-port` for `WIREHOUSE_HTTP_PORT`. */
export const flagOf = (name: string): string =>
  `--${name.slice('WIREHOUSE_'.length).toLowerCase().replaceAll('_', '-')}`

function readValue<Value>(row: SettingRow<Value>, text: string): Value {
  const value = row.read(text)
  if (!isWanted(value)) return value
  const shown = row.name === rows.adminPassword.name ? 'The value' : JSON.stringify(text)
  throw new SettingError(
    'SETTING_VALUE',
    row.name,
    `${row.name} (${flagOf(row.name)}): ${shown} is not right; it takes ${value.wanted}.`,
  )
}

function readFlags(argv: readonly string[]): Map<string, string> {
  const values = new Map<string, string>()
  for (let at = 0; at < argv.length; at++) {
    const argument = argv[at] ?? ''
    const [flag = '', inline] = splitOnce(argument, '=')
    const row = settingRows.find(({ name }) => flagOf(name) === flag)
    if (!row)
      throw unknown(
        'flag',
        flag,
        settingRows.map(({ name }) => flagOf(name)),
        '',
      )
    const value = inline ?? argv[++at]
    if (value === undefined)
      throw new SettingError(
        'SETTING_VALUE',
        row.name,
        `${flag} needs a value: ${flag} ${row.default || '…'}`,
      )
    values.set(row.name, value)
  }
  return values
}

function readNamed(source: Readonly<Record<string, string | undefined>>, where: string): Map<string, string> {
  const names = settingRows.map(({ name }) => name)
  const values = new Map<string, string>()
  for (const [name, value] of Object.entries(source)) {
    if (!name.startsWith('WIREHOUSE_') || value === undefined) continue
    if (!names.includes(name)) throw unknown('setting', name, names, where)
    values.set(name, value)
  }
  return values
}

function unknown(what: string, name: string, known: readonly string[], where: string): SettingError {
  const near = known
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .sort((one, other) => one.distance - other.distance)[0]
  const hint =
    near && near.distance <= Math.max(2, name.length / 4)
      ? `Did you mean ${near.candidate}?`
      : `There are ${known.join(', ')}.`
  return new SettingError('SETTING_UNKNOWN', name, `Unknown ${what} ${name}${where}. ${hint}`)
}

function readPort(text: string): number | Wanted {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1
  return port >= 0 && port <= 65_535 ? port : wanted('a port from 1 to 65535, or 0 for any free one')
}

const isHost = (text: string): boolean =>
  isIP(text) !== 0 ||
  /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9])?)*$/i.test(text)

const isWebAddress = (text: string): boolean =>
  URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol)

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)]
}

/** Levenshtein distance, row by row. */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at)
  for (let i = 1; i <= from.length; i++) {
    const next = [i]
    for (let j = 1; j <= to.length; j++) {
      const swap = (row[j - 1] ?? 0) + (from[i - 1] === to[j - 1] ? 0 : 1)
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
