import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import nodeOptions from '#server/launch/node-options.json' with { type: 'json' }

const root = join(import.meta.dirname, '../..')
/** Milliseconds that a start may take on a slow machine. */
const PATIENCE = 30_000

export interface ServerOptions {
  /** Keeps its data; without it, a fresh folder that goes with the server. */
  readonly dataDir?: string
  readonly env?: Readonly<Record<string, string>>
  /** Without one, the owner is `admin` with the password `wire-the-house`. */
  readonly withoutOwner?: boolean
  /** A limit to the size of each file, in KB, as `prlimit` can lift it: the system refuses as a full disk does. */
  readonly fileLimitKb?: number
}

/** The real server, as a process of its own, as a person would run it after the build. */
export interface ServerProcess extends AsyncDisposable {
  readonly url: string
  readonly httpPort: number
  readonly mqttPort: number
  /** 0 if TLS is off. */
  readonly mqttsPort: number
  readonly dataDir: string
  /** All that it printed so far. */
  readonly output: string
  readonly process: ChildProcess
  /** Asks the API as the owner. A body that is no string is sent as JSON. */
  api(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<ApiAnswer>
  kill(signal: NodeJS.Signals): Promise<number | null>
}

export interface ApiAnswer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly body: any
}

export const OWNER = { name: 'admin', password: 'wire-the-house' } as const

/** The shell gives way to the server, so that signals reach it. Blocks are of 512 or 1,024 bytes, as the shell likes. */
function commandOf({ fileLimitKb }: ServerOptions): readonly [string, ...string[]] {
  const command = [process.execPath, ...nodeOptions.flags, join(root, 'dist/server/main.js')] as const
  if (fileLimitKb === undefined) return command
  return ['sh', '-c', `ulimit -S -f ${fileLimitKb}; exec "$0" "$@"`, ...command]
}

/** Starts the built server on free ports and waits until it is ready. Rejects with its output if it ends before. */
export async function startServerProcess(options: ServerOptions = {}): Promise<ServerProcess> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'wirehouse-')))
  const [command, ...args] = commandOf(options)
  const child = spawn(command, args, {
    env: {
      PATH: process.env['PATH'] ?? '',
      ...nodeOptions.env,
      WIREHOUSE_DATA_DIR: dataDir,
      WIREHOUSE_HOST: '127.0.0.1',
      WIREHOUSE_HTTP_PORT: '0',
      WIREHOUSE_MQTT_PORT: '0',
      WIREHOUSE_MQTTS_PORT: '0',
      WIREHOUSE_MDNS: 'off',
      ...(!options.withoutOwner && { WIREHOUSE_ADMIN_PASSWORD: OWNER.password }),
      ...options.env,
    },
  })
  let output = ''
  const ports = await new Promise<{ httpPort: number; mqttPort: number; mqttsPort: number }>(
    (resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`not ready in time:\n${output}`)), PATIENCE)
      const read = (chunk: Buffer): void => {
        output += chunk
        const http = /Editor\s+http:\/\/\S+:(\d+)/.exec(output)
        const mqtt = /MQTT\s+port (\d+)/.exec(output)
        if (!http || !mqtt) return
        clearTimeout(limit)
        const mqtts = /MQTTS\s+port (\d+)/.exec(output)
        resolve({ httpPort: Number(http[1]), mqttPort: Number(mqtt[1]), mqttsPort: Number(mqtts?.[1] ?? 0) })
      }
      child.stdout.on('data', read)
      child.stderr.on('data', read)
      child.once('exit', (code) => {
        clearTimeout(limit)
        reject(new Error(`exit ${code}:\n${output}`))
      })
    },
  )
  const url = `http://127.0.0.1:${ports.httpPort}`
  let cookie = ''

  const ask: ServerProcess['api'] = async (method, path, body, headers = {}) => {
    const isText = typeof body === 'string'
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), cookie, ...headers },
      ...(body !== undefined && { body: isText ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json')
    const set = response.headers.getSetCookie().map((value) => value.split(';')[0])
    if (set.length > 0) cookie = set.join('; ')
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
  }
  if (!options.withoutOwner) await ask('POST', '/api/session', OWNER)

  const kill = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
    child.kill(signal)
    await once(child, 'exit')
    return child.exitCode
  }
  return {
    url,
    ...ports,
    dataDir,
    process: child,
    get output() {
      return output
    },
    api: ask,
    kill,
    async [Symbol.asyncDispose]() {
      await kill('SIGKILL')
      if (options.dataDir === undefined) await rm(dataDir, { recursive: true, force: true })
    },
  }
}
