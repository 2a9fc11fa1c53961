import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { findMosquitto, findMosquittoClient } from '../bench/peers/install-mosquitto.ts'

/** `mosquitto_pub` and `mosquitto_sub`: clients of somebody else. */
export interface MosquittoClients {
  /** Answers what it says on failure; nothing if it has published. */
  publish(args: readonly string[]): Promise<string | undefined>
  /** The first message, which may be a retained one. */
  receive(args: readonly string[]): Promise<string>
}

/** None where they cannot be had: then tests with them are left out. */
export function mosquittoClients(): MosquittoClients | undefined {
  const [pub, sub] = [findMosquittoClient('pub'), findMosquittoClient('sub')]
  if (pub === undefined || sub === undefined) return undefined
  const env = { ...process.env, LD_LIBRARY_PATH: findMosquitto()?.libraries ?? '' }
  const run = promisify(execFile)
  return {
    publish: (args) =>
      run(pub, [...args], { env, timeout: 20_000 }).then(
        () => undefined,
        (error: Error & { stderr: string }) => error.stderr.trim() || error.message,
      ),
    receive: async (args) => (await run(sub, [...args, '-C', '1', '-W', '20'], { env })).stdout.trim(),
  }
}
