import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { findMosquitto, findMosquittoClient } from '../../test/bench/peers/install-mosquitto.ts'
import { type BrokerRig, brokerRig, patient } from './broker-rig.ts'

const clients = { publish: findMosquittoClient('pub'), subscribe: findMosquittoClient('sub') }
const isMissing = clients.publish === undefined || clients.subscribe === undefined
const versions = ['mqttv31', 'mqttv311', 'mqttv5'] as const

/** A run of `mosquitto_pub` or `mosquitto_sub`. */
class Run implements AsyncDisposable {
  readonly #process
  out = ''
  code: number | null = null

  constructor(rig: BrokerRig, program: 'publish' | 'subscribe', args: readonly string[]) {
    this.#process = spawn(clients[program] ?? '', ['-p', `${rig.port}`, ...args], {
      env: { ...process.env, LD_LIBRARY_PATH: findMosquitto()?.libraries },
    })
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream.on('data', (bytes: Buffer) => {
        this.out += bytes
      })
    this.#process.on('exit', (code) => {
      this.code = code
    })
  }

  get lines(): string[] {
    return this.out.split('\n').filter((line) => line !== '' && !/^(Client|Subscribed)/.test(line))
  }

  async ended(): Promise<number | null> {
    await expect.poll(() => this.code, patient).not.toBeNull()
    return this.code
  }

  async said(text: string | RegExp): Promise<void> {
    await expect.poll(() => this.out, patient).toMatch(text)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    this.#process.kill('SIGKILL')
    await once(this.#process, 'exit')
  }
}

const format = ['-d', '-F', '%t %p %q %r']
const publish = async (rig: BrokerRig, ...args: readonly string[]): Promise<void> => {
  await using run = new Run(rig, 'publish', args)
  expect([await run.ended(), run.out]).toEqual([0, ''])
}

test.skipIf(isMissing).each(versions)('mosquitto_pub and mosquitto_sub by %s', async (version) => {
  await using rig = await brokerRig()
  await publish(rig, '-V', version, '-t', 'a/kept', '-m', 'kept', '-q', '2', '-r')
  await using subscriber = new Run(rig, 'subscribe', ['-V', version, '-t', 'a/#', '-q', '1', ...format])
  await subscriber.said(/a\/kept kept 1 1/)
  for (const sender of versions)
    for (const qos of ['0', '1', '2'])
      await publish(rig, '-V', sender, '-t', `a/${sender}`, '-m', 'x', '-q', qos)
  await expect.poll(() => subscriber.lines.length, patient).toBe(10)
  const expected = versions.flatMap((sender) => [0, 1, 1].map((qos) => `a/${sender} x ${qos} 0`))
  expect(subscriber.lines.slice(1)).toEqual(expected)
})

test.skipIf(isMissing)('what mosquitto_pub says with -D, mosquitto_sub hears', async () => {
  await using rig = await brokerRig()
  const wanted = ['-V', 'mqttv5', '-c', '-i', 'kept', '-x', '60', '-q', '1', '-t', 'a']
  await using first = new Run(rig, 'subscribe', [...wanted, '-E'])
  expect(await first.ended()).toBe(0)
  const said = [
    ['content-type', 'text/plain'],
    ['response-topic', 'answers'],
    ['correlation-data', '7'],
    ['user-property', 'from', 'the door'],
    ['message-expiry-interval', '50'],
  ].flatMap((property) => ['-D', 'publish', ...property])
  await publish(rig, '-V', 'mqttv5', '-t', 'a', '-m', 'x', '-q', '1', ...said)
  await rig.stop()
  await rig.start()
  await using again = new Run(rig, 'subscribe', [...wanted, '-C', '1', '-F', '%p|%C|%R|%D|%P|%E'])
  expect(await again.ended()).toBe(0)
  expect(again.out).toMatch(/^x\|text\/plain\|answers\|7\|from:the door\|(50|4\d)\n$/)
})

test.skipIf(isMissing)('a will of mosquitto_sub is told after its delay', async () => {
  await using rig = await brokerRig()
  await publish(rig, '-t', 'ready', '-m', 'x', '-r', '-q', '1')
  const listen = ['-V', 'mqttv5', '-t', 'ready', ...format]
  await using watcher = new Run(rig, 'subscribe', [...listen, '-t', 'will'])
  await watcher.said(/ready x/)
  {
    const will = ['--will-topic', 'will', '--will-payload', 'gone', '--will-qos', '1', '-x', '60']
    const delay = ['-D', 'will', 'will-delay-interval', '1', '-D', 'will', 'content-type', 'text/plain']
    await using dying = new Run(rig, 'subscribe', [...listen, ...will, ...delay])
    await dying.said(/ready x/)
  }
  await watcher.said(/will gone 0 0/)
})
