import { type DestinationStream, type Logger, pino } from 'pino'
import type { LogLevel } from './settings.ts'

/** What the parts of the server write to. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>

/** Names of members that never reach a log, at the top and one level down. */
const secretNames = ['password', 'current', 'token', 'secret', 'cookie', 'authorization']

/**
 * The log of the server: JSON lines, so that journald and containers can search them;
 * on a terminal, lines for people.
 */
export function createLog(
  level: LogLevel,
  out: Pick<NodeJS.WriteStream, 'write'> & { readonly isTTY?: boolean } = process.stdout,
): Logger {
  const destination: DestinationStream = out.isTTY
    ? { write: (line) => void out.write(readableLine(line)) }
    : { write: (line) => void out.write(line) }
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secretNames.flatMap((name) => [name, `*.${name}`]), censor: '(hidden)' },
    },
    destination,
  )
}

/** `12:03:11 warn  The text  key=value`, and the stack of an error below. */
function readableLine(line: string): string {
  const { level, time, msg, err, ...rest } = JSON.parse(line) as Record<string, unknown> & {
    readonly err?: { readonly stack?: string; readonly message?: string }
  }
  const more = Object.entries(rest).map(([key, value]) => `  ${key}=${JSON.stringify(value)}`)
  const trouble = err ? `\n${err.stack ?? err.message ?? ''}` : ''
  return `${String(time).slice(11, 19)} ${String(level).padEnd(5)} ${msg ?? err?.message ?? ''}${more.join('')}${trouble}\n`
}
