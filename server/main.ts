import { existsSync, readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { letNurseryGrow } from './nursery.ts'
import { readSettings, SettingError } from './settings.ts'
import { type RunningServer, startServer } from './start-server.ts'
import { UserError } from './user-error.ts'

/** The command line: reads the settings, starts the server, says where it is, and stops it on a signal. */
async function main(): Promise<void> {
  const dotenv = existsSync('.env') ? readFileSync('.env', 'utf8') : ''
  const settings = readSettings({ argv: process.argv.slice(2), env: process.env, dotenv })
  const starting = Promise.withResolvers<RunningServer>()
  stopOnSignal(starting.promise)
  starting.resolve(startServer(settings))
  const server = await starting.promise
  letNurseryGrow(true)
  process.stdout.write(welcome(server, settings.host))
}

/** Also while it starts: then it is stopped as soon as it stands. */
function stopOnSignal(starting: Promise<AsyncDisposable>): void {
  let isStopping = false
  const stop = (): void => {
    if (isStopping) return
    isStopping = true
    starting
      .then((server) => server[Symbol.asyncDispose]())
      .then(
        () => process.exit(), // with 0, or what a fatal error has set
        (error) => die(error),
      )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

function welcome(
  server: Pick<RunningServer, 'httpPort' | 'mqttPort' | 'mqttsPort' | 'setupCode'>,
  host: string,
): string {
  const addresses = host === '0.0.0.0' || host === '::' ? ['localhost', ...localAddresses()] : [host]
  const lines = [
    '',
    '  Wirehouse runs.',
    '',
    ...addresses.map(
      (address) => `  Editor   http://${address.includes(':') ? `[${address}]` : address}:${server.httpPort}`,
    ),
    `  MQTT     port ${server.mqttPort}`,
  ]
  if (server.mqttsPort !== undefined) lines.push(`  MQTTS    port ${server.mqttsPort}`)
  if (server.setupCode !== undefined)
    lines.push('', `  Set-up code   ${server.setupCode}   (from another machine, within 30 minutes)`)
  return `${lines.join('\n')}\n\n`
}

function localAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address)
}

/** Expected trouble is one line; only a fault of our own shows its stack. */
function die(error: unknown): never {
  const isExpected = error instanceof UserError || error instanceof SettingError
  const text = isExpected ? error.message : error instanceof Error ? error.stack : String(error)
  process.stderr.write(`${text}\n`)
  process.exit(1)
}

main().catch(die)
