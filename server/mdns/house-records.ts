import type { Answer, DecodedPacket, RecordType } from 'dns-packet'

/** A service that is announced: `_mqtt._tcp`. */
export interface Service {
  readonly type: string
  readonly port: number
}

/** What is told in one network. */
export interface HouseRecords {
  /** `wirehouse.local` */
  readonly host: string
  /** The host's, in that network. */
  readonly ipv4: readonly string[]
  readonly ipv6: readonly string[]
  readonly services: readonly Service[]
}

/** Whatever there is by a name; its types leave it out. */
export const ANY = 'ANY' as RecordType

/** Seconds that others may remember, for what hangs on an address and for the rest (RFC 6762, 10). */
const HOST_TTL = 120
const OTHER_TTL = 4_500
const ALL_TYPES = '_services._dns-sd._udp.local'

/** `Wirehouse`, and `Wirehouse 2` for `wirehouse-2.local`: as unique as the host. */
const instanceOf = ({ host }: HouseRecords, type: string): string =>
  `${host
    .replace(/\.local$/, '')
    .replace(/^wirehouse/, 'Wirehouse')
    .replace('-', ' ')}.${type}.local`

/** Every record of the house (RFC 6763). */
export const recordsOf = (house: HouseRecords): readonly Answer[] => [
  ...addressRecords(house),
  ...house.services.flatMap((service) => serviceRecords(house, service)),
]

export const addressRecords = ({ host: name, ipv4, ipv6 }: HouseRecords): readonly Answer[] => [
  ...ipv4.map((data): Answer => ({ type: 'A', name, ttl: HOST_TTL, flush: true, data })),
  ...ipv6.map((data): Answer => ({ type: 'AAAA', name, ttl: HOST_TTL, flush: true, data })),
]

function serviceRecords(house: HouseRecords, { type, port }: Service): readonly Answer[] {
  const name = instanceOf(house, type)
  const service = `${type}.local`
  return [
    { type: 'PTR', name: ALL_TYPES, ttl: OTHER_TTL, data: service },
    { type: 'PTR', name: service, ttl: OTHER_TTL, data: name },
    {
      type: 'SRV',
      name,
      ttl: HOST_TTL,
      flush: true,
      data: { target: house.host, port, priority: 0, weight: 0 },
    },
    { type: 'TXT', name, ttl: OTHER_TTL, flush: true, data: '' },
  ]
}

/** What the house answers: nothing, if it is not asked, or the asker knows already. */
export function answersTo(
  { questions = [], answers: known = [] }: Pick<DecodedPacket, 'questions' | 'answers'>,
  house: HouseRecords,
): { readonly answers: readonly Answer[]; readonly additionals: readonly Answer[] } {
  const all = recordsOf(house)
  const answers = all.filter(
    (record) =>
      questions.some(
        ({ name, type }) => isSame(name, record.name) && (type === ANY || type === record.type),
      ) && !known.some((one) => isKnown(one, record)),
  )
  const isAsked = (type: string): boolean => answers.some((record) => record.type === type)
  const additionals = [
    ...(isAsked('PTR') ? all.filter(({ type }) => type === 'SRV' || type === 'TXT') : []),
    ...(isAsked('PTR') || isAsked('SRV') ? addressRecords(house) : []),
  ].filter((record) => !answers.includes(record))
  return { answers, additionals }
}

/** Names differ in more than case. */
export const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase()

/** An asker says what it remembers; less than half of its time counts as forgotten (RFC 6762, 7.1). */
const isKnown = (one: Answer, record: Answer): boolean =>
  one.type === record.type &&
  isSame(one.name, record.name) &&
  'ttl' in one &&
  'ttl' in record &&
  (one.ttl ?? 0) * 2 >= (record.ttl ?? 0) &&
  JSON.stringify(one.data) === JSON.stringify(record.data)

/** Whether somebody else says of our host that it is at another address. */
export function isContested(
  { host }: HouseRecords,
  records: readonly Answer[],
  own: readonly string[],
): boolean {
  return records.some(
    (record) =>
      (record.type === 'A' || record.type === 'AAAA') &&
      isSame(record.name, host) &&
      record.ttl !== 0 &&
      !own.includes(record.data),
  )
}
