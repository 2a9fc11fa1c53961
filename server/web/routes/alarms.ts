import type { Alarm } from '#kit/runtime/outbox.ts'
import type { StoredAlarm } from '../../store/store.ts'
import { UserError } from '../../user-error.ts'
import { type Call, type Handlers, json, readNumber, signedIn } from '../call.ts'
import type { WebServices } from '../web-services.ts'

const allStates: readonly Alarm['state'][] = ['open', 'acknowledged', 'closed']

/** The alarms of the house, the newest first, and what a person does with one. Who was first stays: the answer says who. */
export const alarmRoutes = ({ house: { alarms } }: Pick<WebServices, 'house'>) => {
  const act = async (call: Call, action: string) => {
    const id = call.params['id'] ?? ''
    const { kind } = await alarms.answered(id, action, signedIn(call).user.name)
    const alarm = alarms.get(id)
    if (kind === 'unknown' || !alarm)
      throw new UserError(404, 'ALARM_UNKNOWN', 'There is no such alarm. It may have been removed.')
    return json(show(alarm))
  }
  return {
    'GET /api/alarms': (call) => {
      const limit = readNumber(call, 'limit', { or: 500, min: 1, max: 5_000 })
      return json(alarms.list(readStates(call), limit).map(show))
    },
    'POST /api/alarms/:id/acknowledge': (call) => act(call, 'acknowledge'),
    'POST /api/alarms/:id/quiet': (call) => act(call, 'quiet'),
    'POST /api/alarms/:id/close': (call) => act(call, 'close'),
  } satisfies Partial<Handlers>
}

/** One or more, with a comma between; all without the question. */
function readStates({ query }: Call): readonly Alarm['state'][] {
  const text = query.get('state')
  if (text === null || text === '') return allStates
  const wanted = text.split(',')
  const unknown = wanted.find((state) => !allStates.some((known) => known === state))
  if (unknown === undefined) return allStates.filter((state) => wanted.includes(state))
  throw new UserError(400, 'QUERY_VALUE', `"state" takes ${allStates.join(', ')}, with a comma between.`)
}

/** What people may see: the steps as numbers, and when the next thing happens by itself. */
function show({ stepsAtMs, stepsFrom, told: _, toldAt: __, repeatAfterMs: ___, ...alarm }: StoredAlarm) {
  const { state, quietUntil, dueAt, closeAfterMs: ____, ...rest } = alarm
  const isWaiting = state === 'open' && quietUntil === undefined && dueAt !== undefined
  return {
    ...rest,
    state,
    steps: stepsAtMs.length,
    ...(quietUntil !== undefined && { quietUntil }),
    ...(isWaiting && { nextStepAt: dueAt }),
    ...(state === 'acknowledged' && dueAt !== undefined && { closesAt: dueAt }),
  }
}
