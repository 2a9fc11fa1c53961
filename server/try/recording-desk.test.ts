import type { EventEmitter } from 'node:events'
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { emptyFlow } from '#flows/flow.ts'
import { settlePromises, VirtualClock } from '#rig/virtual-clock.ts'
import type { HouseEvents } from '#server/house/house.ts'
import { UserError } from '../user-error.ts'
import { FakeHouse } from '../web/rig/fake-house.ts'
import { RecordingDesk } from './recording-desk.ts'
import { Recordings } from './recordings.ts'

const WIRE = 'bell.out quiet.in'
let folder: string
let clock: VirtualClock
let house: FakeHouse
let desk: RecordingDesk

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wirehouse-'))
  clock = new VirtualClock()
  house = new FakeHouse()
  await house.saveFlow(
    'door',
    { ...emptyFlow('door', 'Door'), wires: [['bell.out', 'quiet.in']] },
    { lenient: true },
  )
  await house.deployFlow('door', { by: 'ada', message: '' })
  desk = open()
})
afterEach(async () => {
  await desk[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
})

const open = () => new RecordingDesk({ store: new Recordings(folder), house, clock, log: { warn: () => {} } })
const line = (at: number, payload: unknown) => JSON.stringify({ at, to: 'quiet.in', payload })
const start = (wires = [WIRE]) => desk.start('door', { name: 'Monday', wires, by: 'ada' })
const upload = (...ats: readonly number[]) =>
  desk.add('door', {
    name: 'Made up',
    by: 'ada',
    messages: ats.map((at) => ({ at, to: 'quiet.in', payload: at })),
  })
const heard = <Name extends keyof HouseEvents>(name: Name): HouseEvents[Name][0][] => {
  const events: HouseEvents[Name][0][] = []
  ;(house.events as EventEmitter).on(name, (event) => events.push(event))
  return events
}

describe('a recording', () => {
  it('holds what came until it was stopped, the rest included, and survives a restart', async () => {
    const { id } = await start()
    house.recorded = [line(1, 'a'), line(2, 'b')]
    await clock.advance(500)
    house.recorded = [line(3, { on: true })]
    await desk.stop(id)
    desk = open()
    const { recording, messages } = desk.read(id)
    expect(recording).toMatchObject({ name: 'Monday', by: 'ada', count: 3, endedAt: clock.now() })
    expect(messages.map(({ payload }) => payload)).toEqual(['a', 'b', { on: true }])
  })

  it('that was going on at a power cut ends with its last whole message', async () => {
    const { id } = await start()
    house.recorded = [line(1_000, 'a')]
    await clock.advance(500)
    appendFileSync(join(folder, `${id}.ndjson`), '{"at":2000,"to":"qui')
    expect(new Recordings(folder).get(id)).toMatchObject({ count: 1, endedAt: 1_000 })
  })

  it('ends by itself when it is full, or an hour has gone', async () => {
    const { id } = await start()
    house.recorded = Array.from({ length: 10_005 }, (_, at) => line(at, 'x'))
    await clock.advance(500)
    expect(desk.read(id).recording).toMatchObject({ count: 10_000, leftOut: 5, endedAt: expect.any(Number) })
    const second = await start()
    await clock.advance(3_600_000)
    expect(desk.read(second.id).recording.endedAt).toBeDefined()
    expect(clock.planned).toBe(0)
  })

  it('ends when its flow is stopped, and goes when its flow is deleted', async () => {
    const { id } = await start()
    house.record = () => Promise.reject(new UserError(409, 'FLOW_NOT_RUNNING', 'It does not run.'))
    await clock.advance(500)
    expect(desk.read(id).recording.endedAt).toBeDefined()
    house.events.emit('flow:deleted', { flow: 'door' })
    expect(desk.list()).toEqual([])
  })

  it('is one at a time for a flow, of wires that it has', async () => {
    await expect(start(['bell.out nowhere.in'])).rejects.toMatchObject({ code: 'RECORDING_WIRE' })
    await start()
    await expect(start()).rejects.toMatchObject({ status: 409, code: 'RECORDING_RUNS' })
  })

  it('can be renamed and deleted', async () => {
    const { id } = upload(1)
    expect(desk.rename(id, 'Tuesday').name).toBe('Tuesday')
    await desk.remove(id)
    expect(() => desk.read(id)).toThrow('There is no such recording.')
    expect(new Recordings(folder).list()).toEqual([])
  })
})

describe('a replay', () => {
  it('sends the messages in their rhythm, faster if asked, each marked as replayed', async () => {
    const { id } = upload(10_000, 11_000, 13_000)
    const began = clock.now()
    const arrivals: number[] = []
    const arrive = house.arrive.bind(house)
    house.arrive = (...what) => {
      arrivals.push(clock.now() - began)
      return arrive(...what)
    }
    await desk.replay(id, { speed: 10, isMuted: false, by: 'ada' })
    await clock.advance(1_000)
    expect(arrivals).toEqual([0, 100, 300])
    expect(house.arrived[0]).toEqual({
      flow: 'door',
      node: 'quiet',
      port: 'in',
      payload: 10_000,
      replayed: true,
    })
    expect(desk.replayOf('door')).toBeUndefined()
  })

  it('says how it stands, and what has failed', async () => {
    house.arrive = () => Promise.reject(new Error('no such port'))
    const told = heard('flow:replay')
    await desk.replay(upload(0, 5_000).id, { speed: 1, isMuted: false, by: 'ada' })
    await clock.advance(1_000)
    expect(desk.replayOf('door')).toMatchObject({ total: 2, sent: 1, failed: 1, problem: 'no such port' })
    await clock.advance(5_000)
    expect(told.at(-1)).toMatchObject({ flow: 'door', ended: { sent: 2, failed: 2 } })
  })

  it('is stopped in the midst of it', async () => {
    await desk.replay(upload(0, 60_000).id, { speed: 1, isMuted: false, by: 'ada' })
    await clock.advance(1_000)
    await desk.stopReplay('door')
    expect(house.arrived).toHaveLength(1)
    expect([desk.replayOf('door'), clock.planned]).toEqual([undefined, 0])
  })

  it('waits while a hundred messages are under way', async () => {
    const taken: (() => void)[] = []
    house.arrive = () => new Promise<void>((resolve) => taken.push(resolve))
    await desk.replay(upload(...Array<number>(150).fill(1)).id, { speed: 100, isMuted: false, by: 'ada' })
    await clock.advance(1_000)
    expect(taken.length).toBe(100)
    for (const done of taken) done()
    await settlePromises()
    expect(taken.length).toBe(150)
    for (const done of taken) done()
  })

  it('holds safe mode while it lasts, where that is asked for', async () => {
    const calls: unknown[] = []
    house.controls.setSafeMode = async (flow, isSafe, { by }) => void calls.push([flow, isSafe, by])
    await desk.replay(upload(0, 20_000).id, { speed: 1, isMuted: true, by: 'ada' })
    await clock.advance(30_000)
    expect(calls).toEqual([
      ['door', true, 'ada'],
      ['door', false, 'ada'],
    ])
  })

  it('needs a flow that runs, and is one at a time', async () => {
    const { id } = upload(0, 10_000)
    const asked = { speed: 1, isMuted: false, by: 'ada' }
    await desk.replay(id, asked)
    await expect(desk.replay(id, asked)).rejects.toMatchObject({ code: 'REPLAY_RUNS' })
    await desk.stopReplay('door')
    await house.stopFlow('door')
    await expect(desk.replay(id, asked)).rejects.toMatchObject({ code: 'REPLAY_NOT_RUNNING' })
  })
})

it('a rehearsal takes a recording as it came, in virtual time', async () => {
  await desk.rehearse(upload(10_000, 11_500).id)
  expect(house.trials).toMatchObject([
    {
      id: 'door',
      play: {
        send: [
          { to: 'quiet.in', at: 0 },
          { to: 'quiet.in', at: 1_500 },
        ],
        within: 61_500,
      },
    },
  ])
})
