import { deserialize } from 'node:v8'
import type { Carrier } from '#kit/runtime/outbox.ts'
import type { OutboxStore } from '../store/outbox-store.ts'
import { Sender, type SenderOptions } from './sender.ts'

interface OpenOptions
  extends Pick<
    SenderOptions,
    'connection' | 'clock' | 'random' | 'ledger' | 'onRetry' | 'onEnd' | 'onChange'
  > {
  readonly store: Pick<OutboxStore, 'body' | 'paces' | 'remember' | 'recall'>
  /** Opens a connection in somebody's name, or throws why that cannot be. */
  readonly open: (connection: string, user: object) => Carrier | undefined
  readonly release: (user: object) => Promise<void>
  /** For a write whose failure does no harm. */
  readonly tolerant: (write: Promise<unknown>) => void
}

/** Makes a sender that goes on as the one of the process before would have. */
export function openSender({ store, open, release, tolerant, ...rest }: OpenOptions): Sender {
  const { connection, clock } = rest
  /** In whose name the connection stands open. A new one each time: it may be opened again while it is being closed. */
  let user = {}
  return new Sender({
    ...rest,
    before: {
      silentUntil: Number(store.recall(ownValues(connection), SILENT_UNTIL) ?? 0),
      ...pacesOf(store, connection, clock.now()),
    },
    bodyOf: ({ row, body }) => deserialize(body ?? store.body(row.number) ?? Buffer.alloc(0)),
    open: () => {
      user = {}
      return open(connection, user)
    },
    close: () => release(user),
    onSilence: (until) => tolerant(store.remember(ownValues(connection), SILENT_UNTIL, until)),
  })
}

/** No connection has a `:` in its id, so none can read this. */
const ownValues = (connection: string): string => `outbox:${connection}`
const SILENT_UNTIL = 'silent until'

function pacesOf(store: Pick<OutboxStore, 'paces'>, connection: string, now: number) {
  const paces = store.paces(now).filter((pace) => pace.connection === connection)
  const targets = new Map<string, { readonly paidAt: number; readonly pausedUntil: number }>()
  for (const { target, targetPaidAt, pausedUntil } of paces) {
    const known = targets.get(target)
    targets.set(target, {
      paidAt: Math.max(targetPaidAt, known?.paidAt ?? 0),
      pausedUntil: Math.max(pausedUntil, known?.pausedUntil ?? 0),
    })
  }
  return { targets, connectionPaidAt: Math.max(0, ...paces.map((pace) => pace.connectionPaidAt)) }
}
