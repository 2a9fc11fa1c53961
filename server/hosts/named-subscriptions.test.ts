import { expect, test } from 'vitest'
import { NamedSubscriptions } from './named-subscriptions.ts'

function subscriptions() {
  const told: string[] = []
  const got: string[] = []
  const all = new NamedSubscriptions({
    subscribe: (number, filter) => told.push(`+${number} ${filter}`),
    unsubscribe: (number) => told.push(`-${number}`),
    giveBack: () => new Error('given back'),
  })
  return {
    ...{ told, got, all },
    add: (filter: string, who: string, name = 'flow/node') =>
      all.add(filter, 1, (packet) => void got.push(`${who} ${packet.topic}`), name),
    /** The core brings a message; answers how it stands. */
    bring(number: number, topic: string) {
      const outcome = { is: 'waiting' }
      const settlement = all.get(number)?.({ topic, payload: new Uint8Array(), qos: 1, retain: false })
      if (settlement === undefined) outcome.is = 'settled'
      else
        settlement.then(
          () => {
            outcome.is = 'settled'
          },
          (error: Error) => {
            outcome.is = error.message
          },
        )
      return outcome
    },
  }
}

test('the next node of a name takes a subscription up, with what came in between', async () => {
  const { told, got, add, bring, all } = subscriptions()
  const first = add('a/#', 'old')
  bring(1, 'a/1')
  first[Symbol.dispose]()
  const between = bring(1, 'a/2')
  add('a/#', 'new')
  bring(1, 'a/3')
  all.settle('flow')
  await null
  expect(got).toEqual(['old a/1', 'new a/2', 'new a/3'])
  expect([told, between.is]).toEqual([['+1 a/#'], 'settled'])
})

test('another filter is subscribed before the old one is left, and gets what was on its way', async () => {
  const { told, got, add, bring, all } = subscriptions()
  add('a/#', 'old')[Symbol.dispose]()
  bring(1, 'a/1')
  bring(1, 'a/2')
  add('+/2', 'new')
  bring(1, 'a/2')
  bring(2, 'b/2')
  all.settle('flow')
  expect(told).toEqual(['+1 a/#', '+2 +/2', '-1'])
  expect(got).toEqual(['new a/2', 'new a/2', 'new b/2'])
})

test('what nobody takes up when the deploy has ended is closed, and what waited is given back', async () => {
  const { told, add, bring, all } = subscriptions()
  add('a', 'old')[Symbol.dispose]()
  const waiting = bring(1, 'a')
  all.settle('another')
  expect(told).toEqual(['+1 a'])
  all.settle('flow')
  await null
  await null
  expect([told, waiting.is, all.get(1)]).toEqual([['+1 a', '-1'], 'given back', undefined])
})

test('one without a name is closed at once', () => {
  const { told, add } = subscriptions()
  add('a', 'old', '')[Symbol.dispose]()
  expect(told).toEqual(['+1 a', '-1'])
})
