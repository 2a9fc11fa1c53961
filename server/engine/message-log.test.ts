import { expect, test } from 'vitest'
import type { Message } from '#kit/message.ts'
import { KEPT, MessageLog } from './message-log.ts'

function rig() {
  let now = 0
  const log = new MessageLog(() => now++)
  const pass = (wire: string, id: string, payload: unknown = id) => log.wire(wire)({ id, payload })
  return { log, pass }
}
const ids = (log: MessageLog, wire: string) => log.messages(wire).map(({ message }) => message.id)

test('keeps the last messages of each wire', () => {
  const { log, pass } = rig()
  for (let count = 1; count <= KEPT + 5; count++) {
    pass('a.out b.in', `m${count}`)
    log.looked()
  }
  expect(ids(log, 'a.out b.in')).toEqual(Array.from({ length: KEPT }, (_, index) => `m${index + 6}`))
  expect(ids(log, 'b.out c.in')).toEqual([])
})

test('keeps some of many between two looks', () => {
  const { log, pass } = rig()
  for (let count = 1; count <= 100_000; count++) pass('a.out b.in', `m${count}`)
  expect(log.messages('a.out b.in').map(({ number }) => number)).toEqual([
    ...[4, 5, 6, 7, 8, 9, 10],
    ...[16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536],
  ])
})

test('holds no large message back, and says that it is cut', () => {
  const { log, pass } = rig()
  pass('a.out b.in', 'm', new Uint8Array(20_000_000))
  const [kept] = log.messages('a.out b.in')
  expect(kept).toMatchObject({ isCut: true, message: { id: 'm', payload: { $bytes: 20_000_000 } } })
  expect(JSON.stringify(kept).length).toBeLessThan(1_000)
})

test('tells the way of a message: what leaves by two wires leaves once, and a loop leaves again', () => {
  const { log, pass } = rig()
  pass('a.out b.in', 'm')
  pass('a.out c.in', 'm')
  pass('c.out a.in', 'm')
  pass('a.out b.in', 'other')
  pass('a.out b.in', 'm')
  expect(log.path('m').map(({ node, port }) => `${node}.${port}`)).toEqual([
    ...['a.out', 'b.in', 'c.in'],
    ...['c.out', 'a.in'],
    ...['a.out', 'b.in'],
  ])
})

test('tells where a message failed', () => {
  const { log, pass } = rig()
  const cause: Message = { id: 'm', payload: 1 }
  pass('a.out b.in', 'm')
  log.failed({ node: 'b', nodeName: 'B', code: 'NODE_FAILED', message: 'It failed.', cause })
  log.failed({ node: 'b', nodeName: 'B', code: 'NODE_FAILED', message: 'At the start.' })
  expect(log.path('m').slice(2)).toEqual([
    { at: 1, node: 'b', message: 'm', failed: { code: 'NODE_FAILED', message: 'It failed.' } },
  ])
})
