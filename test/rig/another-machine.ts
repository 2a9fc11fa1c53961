import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)
const ip = (...args: readonly string[]) => execFileSync('ip', args, { stdio: ['ignore', 'pipe', 'pipe'] })

/** From where a server is seen as by another machine. */
export interface AnotherMachine extends Disposable {
  /** How the server's machine is called from there. */
  readonly host: string
  /** Runs a program of the rig there, with Node; answers what it prints, as JSON. */
  run(program: string, ...args: readonly string[]): Promise<unknown>
}

/** A network namespace with a cable to this machine. Without the right to make one, an address of this machine that is not loopback. */
export function anotherMachine(): AnotherMachine {
  const name = `wh${process.pid % 10_000}`
  const [near, far] = [`${name}a`, `${name}b`]
  const subnet = `10.231.${process.pid % 250}`
  // either may never have been made, or have gone with the other
  const removeAll = () => {
    spawnSync('ip', ['netns', 'del', name])
    spawnSync('ip', ['link', 'del', near])
  }
  try {
    ip('netns', 'add', name)
    ip('link', 'add', near, 'type', 'veth', 'peer', 'name', far)
    ip('link', 'set', far, 'netns', name)
    ip('addr', 'add', `${subnet}.1/30`, 'dev', near)
    ip('link', 'set', near, 'up')
    ip('-n', name, 'addr', 'add', `${subnet}.2/30`, 'dev', far)
    ip('-n', name, 'link', 'set', far, 'up')
  } catch {
    removeAll()
    return sameMachine()
  }
  return {
    host: `${subnet}.1`,
    run: (program, ...args) =>
      printed('ip', 'netns', 'exec', name, process.execPath, fileOf(program), ...args),
    [Symbol.dispose]: removeAll,
  }
}

function sameMachine(): AnotherMachine {
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? [])
  const host = own.find(({ family, internal }) => family === 'IPv4' && !internal)?.address
  if (host === undefined) throw new Error('this machine has no address but loopback, and no namespaces')
  return {
    host,
    run: (program, ...args) => printed(process.execPath, fileOf(program), ...args),
    [Symbol.dispose]() {},
  }
}

const fileOf = (program: string): string => join(import.meta.dirname, program)

async function printed(command: string, ...args: readonly string[]): Promise<unknown> {
  const { stdout } = await run(command, args)
  return JSON.parse(stdout)
}
