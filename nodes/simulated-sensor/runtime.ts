import { implementNode, type Settlement } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { nextChange, readingAt } from './course.ts'
import { rangeOf, simulatedSensor } from './definition.ts'
import { type Sensor, sensors } from './sensors.ts'

const ON = 'on'
const PRESSED = 'press'

export const simulatedSensorRuntime = implementNode(simulatedSensor, (context) => {
  const { config, clock, emit, message, own, report, services, state, status } = context
  const { topic, seed } = config
  const sensor: Sensor = sensors[config.sensor]
  const { says } = sensor

  const publish = (to: string, payload: string, retain: boolean): Settlement =>
    services.mqtt.publish({ topic: to, payload, qos: 1, retain }, report)
  const announce = async (value: unknown): Promise<void> => {
    if (topic !== '') await publish(topic, String(value), says.kind !== 'press')
  }
  const send = (value: unknown, named = topic): Settlement =>
    emit('out', message({ ...(named !== '' && { topic: named }), payload: value, simulated: true }))

  /** As a device would: to whoever listens at the broker, and along the wire. It waits for nobody; whoever fails is blamed where it fails. */
  const say = (value: unknown): void => {
    show(value)
    announce(value).catch(report)
    const settlement = send(value)
    if (settlement) settlement.catch(() => 'shown at the node that failed')
  }

  const show = (value: unknown): void => {
    if (says.kind === 'state') status('ok', value === true ? says.on : says.off)
    else if (says.kind === 'reading') status('ok', `${value} ${config.unit || sensor.port.unit}`)
  }

  const isOn = (): boolean => state.get(ON) === true
  const turn = (value: boolean): boolean => {
    state.set(ON, value)
    clearing?.cancel()
    if (value && says.kind === 'state' && says.isBrief)
      clearing = clock.after(config.clearsAfterMs, () => say(turn(false)))
    return value
  }
  let clearing: ReturnType<typeof clock.after> | undefined

  /** What it says next when nobody tells it what. */
  const next = (): unknown => {
    if (says.kind === 'press') return PRESSED
    if (says.kind === 'state') return turn(says.isBrief ? true : !isOn())
    const factor = 10 ** says.digits
    const range = rangeOf(config) ?? says
    return Math.round(readingAt(says.course, range, seed, clock.now()) * factor) / factor
  }
  const given = (value: unknown): unknown => {
    if (says.kind === 'state' && typeof value === 'boolean') return turn(value)
    if (says.kind === 'reading' && typeof value === 'number' && Number.isFinite(value)) return value
    if (says.kind === 'press' && typeof value === 'string') return value
    throw wrongValue(says.kind)
  }

  const planChange = (): void => {
    const now = clock.now()
    clock.after(nextChange(seed, now, config.changesEveryMs) - now, () => {
      say(next())
      planChange()
    })
  }

  return {
    async start() {
      if (says.kind === 'reading') clock.every(config.periodMs, () => say(next()))
      else if (config.changesEveryMs > 0) planChange()
      if (isOn()) turn(true)
      if (says.kind === 'state') show(isOn())
      if (topic === '') return
      const availability = `${topic}/availability`
      own({ [Symbol.asyncDispose]: async () => await publish(availability, 'offline', true) })
      await publish(availability, 'online', true)
      if (says.kind === 'state') await announce(isOn())
    },
    async poke({ payload, topic: named }) {
      const value = payload === undefined ? next() : given(payload)
      show(value)
      await announce(value)
      await send(value, typeof named === 'string' ? named : topic)
    },
  }
})

const examples = { state: 'true', reading: '21.5', press: '"press"' }

function wrongValue(kind: keyof typeof examples): NodeError {
  const example = examples[kind]
  return new NodeError('SENSOR_VALUE', `This sensor does not say that. Try ${example}.`, {
    values: { example },
  })
}
