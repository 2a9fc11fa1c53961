import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import mqtt, { type IClientOptions } from 'mqtt'
import { expect } from 'vitest'
import { patient, TestClient } from '#server/broker/broker-rig.ts'
import { freePort } from '../../../test/bench/peers/free-port.ts'
import { findMosquitto } from '../../../test/bench/peers/install-mosquitto.ts'
import { takesConnections } from '../../../test/bench/peers/takes-connections.ts'

export const mosquitto = findMosquitto()

/** A real Mosquitto that can go away and come back with what it keeps. */
export class MosquittoPeer implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'wirehouse-mosquitto-'))
  readonly log: string[] = []
  readonly #resources = new AsyncDisposableStack()
  #more: string
  #child: ReturnType<typeof spawn> | undefined
  port = 0

  constructor(more: string) {
    this.#more = more
  }

  async start(): Promise<void> {
    if (mosquitto === undefined) throw new Error('there is no Mosquitto')
    this.port ||= await freePort()
    const file = join(this.folder, 'mosquitto.conf')
    const lines = [
      'per_listener_settings true',
      `listener ${this.port} 127.0.0.1`,
      'allow_anonymous true',
      'persistence true',
      `persistence_location ${this.folder}/`,
      `user ${userInfo().username}`,
      'log_type all',
      this.#more,
    ]
    writeFileSync(file, `${lines.join('\n')}\n`)
    const { program, libraries } = mosquitto
    const child = spawn(program, ['-c', file], {
      env: { ...process.env, LD_LIBRARY_PATH: libraries },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child.stderr.on('data', (text: Buffer) => this.log.push(...String(text).trim().split('\n')))
    this.#child = child
    await expect.poll(() => takesConnections(this.port), patient).toBe(true)
  }

  /** With more lines in its configuration from now on. */
  async restart(more: string): Promise<void> {
    await this.stop()
    this.#more = more
    await this.start()
  }

  /** In good order: it writes down what it keeps. */
  async stop(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined) return
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    await ended
  }

  async connect(options: IClientOptions = {}): Promise<TestClient> {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${this.port}`, {
      reconnectPeriod: 100,
      ...options,
    })
    return this.#resources.use(new TestClient(client))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#resources.disposeAsync()
    await this.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

export async function mosquittoPeer(more = ''): Promise<MosquittoPeer> {
  const peer = new MosquittoPeer(more)
  await peer.start()
  return peer
}
