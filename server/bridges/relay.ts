import type { IPublishPacket, Packet } from 'mqtt-packet'
import type { QoS } from '#kit/mqtt.ts'
import { checkTopicName } from '#kit/topic.ts'
import { comesIn, goesOut, type TopicMap, toLocal, toRemote } from '#kit/topic-map.ts'
import { isReserved } from './bridge.ts'
import type { Leg } from './leg.ts'
import type { Oversized } from './packet-reader.ts'
import { digestOf, type Echoes, type Passages } from './passages.ts'
import { hasPassed, portableProperties, stamped } from './passport.ts'

/** What a bridge has done since the start of the house. */
export interface Carried {
  /** Messages that the other broker has taken. */
  sent: number
  /** Messages that this house has taken from it. */
  received: number
  /** Lost: of QoS 0 while the other broker read too slowly, or not fit for this house. */
  dropped: number
  /** Refused by the other broker. */
  refused: number
  /** Had been in this house before, and were not let in again. */
  returned: number
}

export interface RelayOptions {
  readonly local: Leg
  readonly remote: Leg
  readonly maps: readonly TopicMap[]
  /** Messages that may be under way to the other broker unacknowledged. */
  readonly window: number
  /** What the other broker takes at most. */
  readonly remoteBytes: number
  /** What this house takes at most. */
  readonly localBytes: number
  readonly maxQoS: QoS
  readonly house: string
  readonly carried: Carried
  /** Missing where the other broker does not send back what it gets from here. */
  readonly echoes: Echoes | undefined
  readonly passages: Passages
  /** The other broker said no to a message. */
  readonly onRefused: (topic: string, reason: number) => void
  readonly onCircle: (topic: string) => void
}

/** A message of QoS 1 or 2 between two acknowledgements. */
interface UnderWay {
  readonly topic: string
  /** As it came, and as it goes on. */
  readonly from: QoS
  readonly to: QoS
}

interface Waiting {
  readonly packetId: number
  readonly from: 1 | 2
  readonly packet: IPublishPacket
  readonly digest: string
}

/** Bytes unsent from which on the other end counts as slow. */
const UNSENT_BYTES = 1024 * 1024
/** From here on, reason codes of MQTT 5 are refusals. */
const REFUSAL = 0x80

/**
 * Carries messages between the house's broker and another. Packets keep their ids, and each acknowledgement is
 * passed on: neither side is told that a message has arrived before the other has said so, and what is under
 * way is known to the two sessions, on disk. So a message of QoS 2 arrives once, whatever breaks in between.
 */
export class Relay {
  readonly #options: RelayOptions
  readonly #out = new Map<number, UnderWay>()
  readonly #in = new Map<number, UnderWay>()
  readonly #queue: Waiting[] = []

  constructor(options: RelayOptions) {
    this.#options = options
  }

  /** Begins with what has come already. */
  start(): void {
    const { local, remote } = this.#options
    local.listen({
      packet: (packet) => this.#fromLocal(packet),
      oversized: () => local.destroy(new Error('a packet larger than the house takes')),
    })
    remote.listen({
      packet: (packet) => this.#fromRemote(packet),
      oversized: (publish) => this.#skipOversized(publish),
    })
  }

  /** The message that has waited longest for the other broker's acknowledgement. */
  get oldestUnderWay(): string | undefined {
    return this.#out.values().next().value?.topic
  }

  #fromLocal(packet: Packet): void {
    const { local, remote } = this.#options
    const packetId = packet.messageId ?? 0
    switch (packet.cmd) {
      case 'publish':
        this.#takeOut(packet)
        return
      case 'pubrel':
        // a message that went on with less than QoS 2, or was refused, is through already
        if (this.#out.get(packetId)?.to === 2 || !this.#out.has(packetId))
          remote.send({ cmd: 'pubrel', messageId: packetId })
        else {
          local.send({ cmd: 'pubcomp', messageId: packetId })
          this.#end(packetId)
        }
        return
      case 'puback':
      case 'pubrec':
        this.#isTaken(packetId, Number(packet.reasonCode ?? 0))
        return
      case 'pubcomp':
        this.#in.delete(packetId)
        remote.send({ cmd: 'pubcomp', messageId: packetId })
        return
      case 'disconnect':
        local.destroy()
    }
  }

  #fromRemote(packet: Packet): void {
    const { local, remote } = this.#options
    const packetId = packet.messageId ?? 0
    switch (packet.cmd) {
      case 'publish':
        this.#takeIn(packet)
        return
      case 'pubrel':
        if (this.#in.get(packetId)?.to === 2 || !this.#in.has(packetId))
          local.send({ cmd: 'pubrel', messageId: packetId })
        else {
          this.#in.delete(packetId)
          remote.send({ cmd: 'pubcomp', messageId: packetId })
        }
        return
      case 'puback':
      case 'pubrec':
        this.#isDelivered(packetId, packet.cmd, Number(packet.reasonCode ?? 0))
        return
      case 'pubcomp':
        this.#end(packetId)
        local.send({ cmd: 'pubcomp', messageId: packetId })
        return
      case 'disconnect':
        remote.destroy(new Error(`the other broker ended the connection (${packet.reasonCode ?? 0})`))
    }
  }

  /** A message of this house, on its way out. */
  #takeOut(packet: IPublishPacket): void {
    const { remote, remoteBytes, carried } = this.#options
    const { qos: from, messageId: packetId = 0, topic } = packet
    const outgoing = this.#outgoing(packet)
    if (outgoing === 'nothing') this.#confirmLocal(packetId, from)
    else if (outgoing === 'returned') {
      carried.returned++
      this.#confirmLocal(packetId, from)
    } else if (remote.encode(outgoing).length > remoteBytes) this.#refuse(packetId, from, topic, TOO_LARGE)
    else if (from === 0) this.#sendAtOnce(outgoing, digestOf(topic, packet.payload))
    else {
      this.#queue.push({ packetId, from, packet: outgoing, digest: digestOf(topic, packet.payload) })
      this.#sendQueued()
    }
  }

  /** As it goes to the other broker. */
  #outgoing({
    topic,
    payload,
    qos: from,
    messageId: packetId = 0,
    retain,
    dup,
    properties,
  }: IPublishPacket): IPublishPacket | 'nothing' | 'returned' {
    const { maps, maxQoS, remote, house } = this.#options
    const [map, remoteTopic] = mapped(maps.filter(goesOut), (one) => toRemote(one, topic))
    if (map === undefined || isReserved(remoteTopic)) return 'nothing'
    if (hasPassed(properties, house)) return 'returned'
    // what is sent for being retained is not numbered on disk: its id may stand for another tomorrow
    const most = retain ? 1 : 2
    const qos = Math.min(from, map.qos, maxQoS, most) as QoS
    return {
      ...{ cmd: 'publish', topic: remoteTopic, payload, qos, retain },
      dup: qos > 0 && dup,
      ...(qos > 0 && { messageId: packetId }),
      ...(remote.dialect.version === 5 && { properties: stamped(portableProperties(properties), house) }),
    }
  }

  #sendAtOnce(packet: IPublishPacket, digest: string): void {
    const { remote, carried } = this.#options
    if (remote.unsent > UNSENT_BYTES) {
      carried.dropped++
      return
    }
    this.#note(packet.topic, digest)
    remote.send(packet)
    carried.sent++
  }

  #sendQueued(): void {
    const { remote, window, carried } = this.#options
    while (this.#out.size < window) {
      const next = this.#queue.shift()
      if (next === undefined) return
      const { packetId, from, packet, digest } = next
      this.#note(packet.topic, digest)
      if (packet.qos > 0) {
        this.#out.set(packetId, { topic: packet.topic, from, to: packet.qos })
        remote.send(packet)
      } else {
        remote.send(packet)
        carried.sent++
        this.#confirmLocal(packetId, from)
      }
    }
  }

  /** Remembers what may come back. */
  #note(remoteTopic: string, digest: string): void {
    const { maps, echoes, passages } = this.#options
    passages.left(digest)
    if (echoes !== undefined && maps.some((map) => comesIn(map) && toLocal(map, remoteTopic) !== undefined))
      echoes.expect(digest)
  }

  /** The other broker has taken a message, or refused it. */
  #isDelivered(packetId: number, by: 'puback' | 'pubrec', reason: number): void {
    const { local, carried } = this.#options
    const underWay = this.#out.get(packetId)
    if (underWay === undefined) return
    if (reason >= REFUSAL) this.#refuse(packetId, underWay.from, underWay.topic, reason)
    else carried.sent++
    if (reason < REFUSAL && by === 'pubrec') local.send({ cmd: 'pubrec', messageId: packetId })
    else {
      if (reason < REFUSAL) this.#confirmLocal(packetId, underWay.from)
      if (underWay.from === 1) this.#end(packetId)
    }
  }

  /** A message has left the window. */
  #end(packetId: number): void {
    this.#out.delete(packetId)
    this.#sendQueued()
  }

  #refuse(packetId: number, from: QoS, topic: string, reason: number): void {
    this.#options.carried.refused++
    this.#options.onRefused(topic, reason)
    this.#confirmLocal(packetId, from)
  }

  /** Tells the house that a message is through, by the QoS with which it came. */
  #confirmLocal(packetId: number, from: QoS): void {
    confirm(this.#options.local, this.#out, packetId, from)
  }

  #confirmRemote(packetId: number, from: QoS): void {
    confirm(this.#options.remote, this.#in, packetId, from)
  }

  /** A message of the other broker, on its way in. */
  #takeIn(packet: IPublishPacket): void {
    const { carried } = this.#options
    const { qos: from, messageId: packetId = 0 } = packet
    const incoming = this.#incoming(packet)
    if (typeof incoming === 'string') {
      carried[incoming]++
      this.#confirmRemote(packetId, from)
    } else if (incoming.qos === 0) {
      carried.received++
      this.#confirmRemote(packetId, from)
      this.#writeLocal(incoming.bytes)
    } else {
      this.#in.set(packetId, { topic: packet.topic, from, to: incoming.qos })
      this.#writeLocal(incoming.bytes)
    }
  }

  /** As it goes to the house, or why it does not. */
  #incoming(packet: IPublishPacket): { readonly qos: QoS; readonly bytes: Buffer } | 'dropped' | 'returned' {
    const { local, localBytes, maps } = this.#options
    const { qos: from, messageId: packetId = 0, payload, retain, dup, properties } = packet
    const [map, topic] = mapped(maps.filter(comesIn), (one) => toLocal(one, packet.topic))
    if (map === undefined || isReserved(topic) || checkTopicName(topic) !== undefined) return 'dropped'
    if (this.#isReturn(packet, topic)) return 'returned'
    const qos = Math.min(from, map.qos) as QoS
    const bytes = local.encode({
      ...{ cmd: 'publish', topic, payload, qos, retain },
      dup: qos > 0 && dup,
      ...(qos > 0 && { messageId: packetId }),
      ...(local.dialect.version === 5 && { properties: portableProperties(properties) }),
    })
    return bytes.length > localBytes ? 'dropped' : { qos, bytes }
  }

  /** Whether the house knows it already. The repetition of one that it has begun to take is never one. */
  #isReturn({ payload, properties, dup }: IPublishPacket, localTopic: string): boolean {
    const { house, echoes, passages, onCircle } = this.#options
    if (hasPassed(properties, house)) return true
    if (dup) return false
    const digest = digestOf(localTopic, payload)
    if (echoes?.isEcho(digest)) return true
    if (!passages.isCircling(digest)) return false
    onCircle(localTopic)
    return true
  }

  /** While the house does not keep up, nothing more is read. */
  #writeLocal(bytes: Uint8Array): void {
    const { local, remote } = this.#options
    if (local.unsent <= UNSENT_BYTES) local.write(bytes)
    else {
      remote.pause()
      local.write(bytes, () => remote.resume())
    }
  }

  /** The house has taken a message, or its rules have refused it. */
  #isTaken(packetId: number, reason: number): void {
    const { remote, carried } = this.#options
    const underWay = this.#in.get(packetId)
    if (underWay === undefined) return
    if (reason < REFUSAL) carried.received++
    else carried.dropped++
    if (underWay.to === 2 && reason < REFUSAL) remote.send({ cmd: 'pubrec', messageId: packetId })
    else {
      this.#in.delete(packetId)
      this.#confirmRemote(packetId, underWay.from)
    }
  }

  #skipOversized({ qos, packetId }: Oversized): void {
    this.#options.carried.dropped++
    this.#confirmRemote(packetId, qos)
  }
}

const TOO_LARGE = 0x95

/** Ends a message at the side that it came from; one of QoS 2 asks once more, by PUBREL. */
function confirm(side: Leg, underWay: Map<number, UnderWay>, packetId: number, from: QoS): void {
  if (from === 1) side.send({ cmd: 'puback', messageId: packetId })
  if (from !== 2) return
  underWay.set(packetId, { topic: '', from, to: 0 })
  side.send({ cmd: 'pubrec', messageId: packetId })
}

/** The first map that is about a topic, and what it makes of it. */
function mapped(
  maps: readonly TopicMap[],
  topicBy: (map: TopicMap) => string | undefined,
): readonly [TopicMap, string] | readonly [undefined, ''] {
  for (const map of maps) {
    const topic = topicBy(map)
    if (topic !== undefined) return [map, topic]
  }
  return [undefined, '']
}
