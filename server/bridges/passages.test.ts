import { expect, test } from 'vitest'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { digestOf, Echoes, Passages } from './passages.ts'

const bell = digestOf('door/bell', Buffer.from('1'))

test('an echo is one echo; the next that is the same is another message', () => {
  const echoes = new Echoes(new VirtualClock())
  echoes.expect(bell)
  echoes.expect(bell)
  expect([1, 2, 3].map(() => echoes.isEcho(bell))).toEqual([true, true, false])
})

test('what has not come back for half a minute was never an echo', async () => {
  const clock = new VirtualClock()
  const echoes = new Echoes(clock)
  echoes.expect(bell)
  await clock.advance(31_000)
  expect(echoes.isEcho(bell)).toBe(false)
})

/** How many of so many rounds get through, so many milliseconds apart. */
async function rounds(count: number, everyMs: number): Promise<number> {
  const clock = new VirtualClock()
  const passages = new Passages(clock)
  let through = 0
  for (let round = 0; round < count; round++) {
    passages.left(bell)
    if (!passages.isCircling(bell)) through++
    await clock.advance(everyMs)
  }
  return through
}

test('a message that leaves and comes back again and again is stopped', async () => {
  expect(await rounds(150, 10)).toBe(100)
})

test('what comes as often as a sensor sends is not', async () => {
  expect(await rounds(500, 200)).toBe(500)
})

test('what has not left is never in a circle', () => {
  const passages = new Passages(new VirtualClock())
  expect(Array.from({ length: 500 }, () => passages.isCircling(bell))).not.toContain(true)
})

test('the topic and the payload do not run into each other', () => {
  expect(digestOf('a', Buffer.from('b'))).not.toBe(digestOf('ab', Buffer.from('')))
})
