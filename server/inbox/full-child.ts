import { realClock } from '#server/engine/real-clock.ts'
import { openInbox } from './inbox.ts'

/** Keeps 10 KB again and again until that is refused, for a test with a limit on files: says `kept 7`, then `refused DISK_FULL`. */
const [path = ''] = process.argv.slice(2)
const inbox = openInbox({ path, clock: realClock })

function keepOne(number: number): void {
  const packet = { topic: 'door', payload: Buffer.alloc(10_000), qos: 1, retain: false } as const
  inbox.keep({ number, flow: 'alarm', node: 'bell', packet }, (error) => {
    if (error && 'code' in error) return void process.stdout.write(`refused ${error.code}\n`)
    process.stdout.write(`kept ${number}\n`)
    keepOne(number + 1)
  })
}
keepOne(1)
