/** A condition by which a message says that the door is open. */
export interface DoorReading {
  /** `payload`, or a field of it. */
  readonly property: string
  readonly value: string | number | boolean
}

/** Words of devices for open and shut, the usual ones first. */
const words: readonly (readonly [open: DoorReading['value'], shut: DoorReading['value']])[] = [
  [true, false],
  ['OPEN', 'CLOSED'],
  ['open', 'closed'],
  ['ON', 'OFF'],
  ['on', 'off'],
  [1, 0],
]

/**
 * What a topic may say when the door opens, judged by one message of it: the likeliest first, then its
 * opposite. A value that nobody knows the opposite of is offered by itself.
 */
export function doorReadings(text: string): readonly DoorReading[] {
  const payload = readAuto(text)
  if (isScalar(payload)) return readingsOf('payload', payload)
  if (typeof payload !== 'object' || payload === null) return []
  return Object.entries(payload)
    .filter(([name]) => /^[A-Za-z_][\w-]*$/.test(name))
    .flatMap(([name, value]) => (isTwofold(value) ? readingsOf(`payload.${name}`, value) : []))
}

function readingsOf(property: string, seen: DoorReading['value']): readonly DoorReading[] {
  const pair = words.find((each) => each.includes(seen)) ?? [seen]
  // zigbee2mqtt and its kind: contact means that it is shut
  const order = property.endsWith('.contact') ? pair.toReversed() : pair
  return order.map((value) => ({ property, value }))
}

/** As `mqtt-in` reads it when it is told nothing else. */
function readAuto(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text // words of a device, which is what this asks
  }
}

const isScalar = (value: unknown): value is DoorReading['value'] =>
  ['string', 'number', 'boolean'].includes(typeof value)

/** Fields of JSON that can be a door; a number there is a battery or a signal. */
const isTwofold = (value: unknown): value is DoorReading['value'] =>
  typeof value === 'boolean' || (typeof value === 'string' && words.some((pair) => pair.includes(value)))
