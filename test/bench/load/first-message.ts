import { setTimeout as pause } from 'node:timers/promises'
import { MqttClient } from './mqtt-client.ts'
import { frameTypes, publishPacket } from './packets.ts'
import { readingPayload, readingTopic } from './readings.ts'

export interface FirstMessagePlan {
  readonly port: number
  readonly lane: string
  readonly sensor: number
}

const TRY_EVERY_MS = 10
const PATIENCE_MS = 60_000

/**
 * Publishes a reading again and again until the flow has handled one. Rejects if that takes a minute.
 * Its numbers are below `FIRST_NUMBER`: what comes later of the other tries belongs to no load.
 */
export async function awaitFirstMessage({ port, lane, sensor }: FirstMessagePlan): Promise<void> {
  const client = await MqttClient.connect(port, 'bench-first')
  try {
    await client.subscribe(`${lane}/alarms/#`, 0)
    let hasCome = false
    client.onFrame = (firstByte) => {
      hasCome ||= firstByte >> 4 === frameTypes.publish
    }
    const tries = PATIENCE_MS / TRY_EVERY_MS
    for (let attempt = 0; attempt < tries && !hasCome; attempt++) {
      const payload = readingPayload(attempt, attempt % 2 === 1)
      client.socket.write(publishPacket(readingTopic(lane, sensor), payload, 0, 0))
      await pause(TRY_EVERY_MS)
    }
    if (!hasCome)
      throw new Error(`The flow of ${lane}/sensors/s${sensor} does not run: nothing came of its readings.`)
  } finally {
    await client.close()
  }
}
