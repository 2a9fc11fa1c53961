import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Carrier } from '#kit/runtime/outbox.ts'
import { realClock } from '../engine/real-clock.ts'
import { openStore } from '../store/open-store.ts'
import { Outbox } from './outbox.ts'

/**
 * A house that only posts, for `kill.test.ts` to kill. Its service writes what arrives to a file before it answers.
 * Says `begun 7` and `kept 7`. Arguments: the data folder, the file, the first number, the messages that run again,
 * and how many are to be new; with 0 it says `idle` once everything has left.
 */
const [dataDir = '', arrived = '', first = '0', again = '', fresh = '0'] = process.argv.slice(2)
const store = await openStore({ dataDir, log: { info() {}, warn() {}, error() {} } })

const carrier: Carrier = {
  async send({ body, target, mayBeDouble }) {
    await sleep(Math.random() * 3)
    appendFileSync(arrived, `${body} ${target} ${mayBeDouble}\n`)
    await sleep(Math.random() * 3)
    return { kind: 'sent' }
  },
}
const outbox = new Outbox({
  store: store.outbox,
  clock: realClock,
  open: () => carrier,
  release: async () => {},
  tell: async () => {},
  onGivenUp: () => {},
  log: () => {},
  onChange: () => {},
})
outbox.start()

async function post(number: number, repeated: boolean): Promise<void> {
  process.stdout.write(`begun ${number}\n`)
  const cause = { id: `k${number}`, payload: number, ...(repeated && { repeated }) }
  const target = `chat ${number % 4}`
  await outbox.post(
    { flow: 'f', node: 'n' },
    { connection: 'bot', target, body: number, title: '', cause, urgency: 'alarm' },
  )
  process.stdout.write(`kept ${number}\n`)
}

await Promise.all(again.split(',').flatMap((number) => (number === '' ? [] : [post(Number(number), true)])))
let next = Number(first)
const end = next + Number(fresh)
async function postAll(): Promise<void> {
  while (next < end) {
    await post(next++, false)
    await sleep(5)
  }
}
await Promise.all(Array.from({ length: 8 }, postAll))
while (outbox.metrics().waiting + outbox.metrics().sending > 0) await sleep(20)
process.stdout.write('idle 0\n')
