import { expect, test } from 'vitest'
import { Admission, AdmissionQueue } from './admission-queue.ts'

class Named extends Admission {
  readonly #admit: () => void

  constructor(queue: AdmissionQueue, admit: () => void) {
    super(queue)
    this.#admit = admit
  }

  override admit(): void {
    this.#admit()
  }
}

const rig = () => {
  const queue = new AdmissionQueue()
  const log: string[] = []
  const add = (name: string): Admission => {
    const admission = new Named(queue, () => log.push(name))
    queue.add(admission)
    return admission
  }
  const promised = (name: string, taken?: Promise<void>) =>
    queue.admission(taken)?.then(
      () => log.push(name),
      (error) => log.push(`${name}: ${error.message}`),
    )
  return { queue, log, add, promised }
}

test('admits at once what need not wait', () => {
  const { queue, log, add } = rig()
  add('a').release()
  expect([log, queue.isEmpty]).toEqual([['a'], true])
  expect(queue.admission(undefined)).toBeUndefined()
})

test('admits in the order of arrival, whatever is settled first', async () => {
  const { log, add, promised } = rig()
  const [first, second] = [add('1'), add('2')]
  const third = promised('3')
  second.release()
  expect(log).toEqual([])
  first.release()
  await third
  expect(log).toEqual(['1', '2', '3'])
})

test('a message that is refused does not hold up the next', async () => {
  const { log, promised } = rig()
  const first = promised('1', Promise.reject(new Error('full')))
  await Promise.all([first, promised('2')])
  expect(log).toEqual(['1: full', '2'])
})

test('keeps the order through thousands that wait', () => {
  const { log, add } = rig()
  const waits = Array.from({ length: 5_000 }, (_, index) => add(String(index)))
  for (const wait of waits.slice(2_500)) wait.release()
  for (const wait of waits.slice(0, 2_500)) wait.end()
  for (const wait of waits) wait.release()
  expect(log).toEqual(waits.map((_, index) => String(index)))
})
