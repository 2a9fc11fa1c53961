import { expect, test } from 'vitest'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { Patience } from './patience.ts'
import { PromisedWait, Wait } from './wait.ts'

class Named extends Wait {
  readonly #goOn: () => void

  constructor(goOn: () => void) {
    super()
    this.#goOn = goOn
  }

  protected override goOn(): void {
    this.#goOn()
  }
}

const rig = () => {
  const clock = new VirtualClock()
  const patience = new Patience(100, clock)
  const log: string[] = []
  const wait = (name: string): Wait => {
    const one = new Named(() => log.push(name))
    patience.watch(one)
    return one
  }
  return { clock, log, wait, patience }
}

test('a wait is over when all that held it have released it, and goes on once', () => {
  const { log, wait } = rig()
  const one = wait('a')
  one.hold()
  one.release()
  expect([one.isOver, log]).toEqual([false, []])
  one.release()
  one.release()
  one.end()
  expect([one.isOver, log]).toEqual([true, ['a']])
})

test('waits no longer than its time, each from its own beginning', async () => {
  const { clock, log, wait } = rig()
  wait('1')
  await clock.advance(40)
  wait('2')
  await clock.advance(59)
  expect(log).toEqual([])
  await clock.advance(1)
  expect(log).toEqual(['1'])
  await clock.advance(40)
  expect(log).toEqual(['1', '2'])
})

test('one that is done early neither ends nor delays the others', async () => {
  const { clock, log, wait } = rig()
  const waits = ['1', '2', '3', '4'].map(wait)
  await clock.advance(99)
  waits[0]?.release()
  waits[2]?.release()
  expect(log).toEqual(['1', '3'])
  await clock.advance(1)
  expect(log).toEqual(['1', '3', '2', '4'])
})

test('starts anew after a quiet time', async () => {
  const { clock, log, wait } = rig()
  wait('1').release()
  await clock.advance(99)
  wait('2')
  await clock.advance(99)
  expect(log).toEqual(['1'])
  await clock.advance(1)
  expect(log).toEqual(['1', '2'])
})

test('nobody waits any more once it is closed', () => {
  const { log, wait, patience } = rig()
  wait('1')
  wait('2').release()
  patience.close()
  expect(log).toEqual(['2', '1'])
})

test('a promise is there only where there is something to wait for', async () => {
  const [done, pending] = [new PromisedWait(), new PromisedWait()]
  done.release()
  expect(done.done).toBeUndefined()
  const promise = pending.done
  pending.release()
  await promise
})
