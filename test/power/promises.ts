import type { Deed } from './journal.ts'

/** Something that the server has confirmed, which no power cut may take back. */
export type Confirmed =
  | { readonly kind: 'message'; readonly phone: string; readonly text: string }
  | { readonly kind: 'retained'; readonly count: number }
  | { readonly kind: 'draft' | 'deploy' | 'connection'; readonly id: string; readonly count: number }
  | { readonly kind: 'user'; readonly name: string }
  | { readonly kind: 'token'; readonly token: string }

export interface Promised {
  /** Index of the deed by which the server said so. */
  readonly at: number
  readonly confirmed: Confirmed
}

/** What a client waits for the server to confirm: in the order of its requests, or by the packet id of MQTT. */
export type Asked =
  | { readonly over: 'http'; readonly port: number; readonly confirmed: Confirmed | undefined }
  | { readonly over: 'mqtt'; readonly port: number; readonly packetId: number; readonly confirmed: Confirmed }

const PUBACK = 0x40

/** Finds in what the server said when it confirmed what. */
export function findPromises(deeds: readonly Deed[], asked: readonly Asked[]): Promised[] {
  const http = Map.groupBy(
    asked.filter((one) => one.over === 'http'),
    ({ port }) => port,
  )
  const mqtt = new Map(
    asked.flatMap((one) =>
      one.over === 'mqtt' ? [[`${one.port} ${one.packetId}`, one.confirmed] as const] : [],
    ),
  )
  const unread = new Map<number, Buffer>()
  return deeds.flatMap((deed, at): Promised[] => {
    if (deed.kind !== 'say') return []
    const requests = http.get(deed.port)
    if (requests) {
      if (!deed.data.toString('latin1').startsWith('HTTP/1.1 ')) return []
      const confirmed = requests.shift()?.confirmed
      return confirmed ? [{ at, confirmed }] : []
    }
    const { ids, rest } = packetIds(Buffer.concat([unread.get(deed.port) ?? Buffer.alloc(0), deed.data]))
    unread.set(deed.port, rest)
    return ids.flatMap((id) => {
      const confirmed = mqtt.get(`${deed.port} ${id}`)
      return confirmed ? [{ at, confirmed }] : []
    })
  })
}

/** Of the acknowledgements in a stream of short packets, and what is not complete yet. */
function packetIds(bytes: Buffer): { readonly ids: readonly number[]; readonly rest: Buffer } {
  const ids: number[] = []
  let at = 0
  for (;;) {
    const length = bytes[at + 1]
    if (length === undefined || at + 2 + length > bytes.length) return { ids, rest: bytes.subarray(at) }
    if (bytes[at] === PUBACK) ids.push(bytes.readUInt16BE(at + 2))
    at += 2 + length
  }
}
