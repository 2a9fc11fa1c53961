import { Worker } from 'node:worker_threads'
import { Channel } from './channel.ts'
import {
  CELL_COUNT,
  type Command,
  cells,
  type HostEvent,
  pack,
  records,
  unpack,
} from './protocol.ts'
import { HostEnded, type HostEnd } from './host-end.ts'
import { packError, type SentError, unpackError } from './sent-error.ts'

/** What a host says, as the core's other parts take it. */
export interface HostListener {
  publish(flags: number, cause: number, number: number, topic: string, payload: Buffer): void
  settled(from: number, to: number): void
  failed(delivery: number, error: Error): void
  state(flow: string, node: string, key: string, value: unknown): void
  subscribe(number: number, qos: number, filter: string, name: string): void
  unsubscribe(number: number): void
  event(event: HostEvent): void
  link(bytes: Buffer, start: number, end: number): void
  /** Called once, unless the thread was disposed of. */
  ended(end: HostEnd): void
}
