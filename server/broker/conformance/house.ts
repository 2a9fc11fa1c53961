import { expect, test } from 'vitest'
import { type BrokerRig, brokerRig, patient } from '../broker-rig.ts'
import type { BrokerLimits } from '../limits.ts'
import { type Dialect, Wire } from './wire.ts'

/** A broker, and sockets to it, for one normative statement. */
export interface House<Fields> {
  readonly rig: BrokerRig
  /** A socket on which nothing has been said yet. */
  open(): Promise<Wire>
  /** A client that is in. */
  client(fields?: Fields): Promise<Wire>
}

export type Check<Fields> = (house: House<Fields>) => Promise<void>

interface Speech<Fields> {
  /** CONNECT of a client that has an id of its own unless the fields say another. */
  readonly hello: (id: string, fields: Fields | undefined) => Buffer
  readonly dialect?: Dialect
}

/** Makes tests that are named by the number of a normative statement. */
export const mustIn =
  <Fields>({ hello, dialect }: Speech<Fields>) =>
  (number: string, what: string, check: Check<Fields>, limits: Partial<BrokerLimits> = {}): void => {
    test(`MQTT-${number}: ${what}`, async () => {
      await using rig = await brokerRig({ limits: { connectWithinMs: 2_000, ...limits } })
      await using opened = new AsyncDisposableStack()
      const open = async () => opened.use(await Wire.open(rig.port, dialect))
      const client = async (fields?: Fields) => {
        const wire = await open()
        wire.send(hello(`c${Math.random().toString(36).slice(2, 10)}`, fields))
        await expect.poll(() => wire.take()[0], patient).toMatch(/^connack session[01] code0( |$)/)
        return wire
      }
      await check({ rig, open, client })
    })
  }

/** A socket that says this first is ended without an answer. */
export const endsAtOnce =
  (...bytes: readonly Uint8Array[]) =>
  async ({ open }: Pick<House<unknown>, 'open'>): Promise<void> => {
    const wire = await open()
    wire.send(...bytes)
    await wire.isEndedSilently()
  }
