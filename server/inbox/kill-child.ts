import { realClock } from '#server/engine/real-clock.ts'
import { openInbox } from './inbox.ts'

/**
 * A house that only keeps, for `kill.test.ts` to kill: 50 messages at once, and a new one for each that is
 * safe. Every second one is forgotten right away, as by a quick flow. Says `kept 7` and `forgotten 8`.
 */
const [path = ''] = process.argv.slice(2)
const inbox = openInbox({ path, clock: realClock })
let next = (inbox.left.at(-1)?.number ?? 0) + 1_000_000

function keepOne(): void {
  const number = next++
  const payload = Buffer.from(`message ${number}`)
  const packet = { topic: 'door', payload, qos: 1, retain: false } as const
  inbox.keep({ number, flow: 'alarm', node: 'bell', packet }, (error) => {
    if (error) throw error
    if (number % 2) process.stdout.write(`kept ${number}\n`)
    else inbox.forget(number)
    keepOne()
  })
}
for (let count = 0; count < 50; count++) keepOne()
