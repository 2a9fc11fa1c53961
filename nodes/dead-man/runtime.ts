import type { Message } from '#kit/message.ts'
import { type Due, DueList } from '#kit/runtime/due-list.ts'
import { Holding } from '#kit/runtime/holding.ts'
import { implementNode } from '#kit/runtime/implement-node.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import { deadMan } from './definition.ts'
import { type Heard, Hearing } from './hearing.ts'

/** Topics that one node watches; each sensor has a few. */
const MAX_TOPICS = 5_000

/** Something that is listened for: a topic, or all of them together. */
interface Watched extends Due, Heard {
  readonly topic: string
}

export const deadManRuntime = implementNode(deadMan, (context) => {
  const { config, clock, state, status, message, own } = context
  const { silentMs, perTopic, remindMs } = config
  const watched = new Map<string, Watched>()
  const holding = new Holding(context, { type: deadMan.type })
  const hearing = own(new Hearing(clock, state, silentMs))
  let order = 0

  const due = own(
    new DueList<Watched>(clock, isSilent, (ms) => {
      for (const one of watched.values()) if (one.dueAt !== undefined) one.dueAt += ms
    }),
  )
  const watch = (topic: string, heard: Heard): Watched => {
    if (watched.size >= MAX_TOPICS) throw tooMany()
    const one: Watched = { ...heard, topic, order: order++, dueAt: undefined, lookAt: undefined }
    watched.set(topic, one)
    plan(one)
    return one
  }
  const plan = (one: Watched): void => {
    if (one.reminders === 0) one.dueAt = one.heardAt + silentMs
    else one.dueAt = remindMs > 0 ? Math.max(clock.now(), (one.toldAt ?? 0) + remindMs) : undefined
    due.plan(one)
  }
  function isSilent(one: Watched): void {
    one.reminders += 1
    one.toldAt = clock.now()
    hearing.keep(one.topic, one)
    tell('silent', one)
    plan(one)
    show()
  }
  /** A message of its own, which is not lost when it fails behind this node, or when the house goes down. */
  const tell = (port: 'silent' | 'back', { topic, heardAt, reminders }: Watched): void => {
    const payload = {
      lastAt: heardAt,
      silentMs: clock.now() - heardAt,
      ...(port === 'silent' && { reminders }),
    }
    holding.hold(message({ ...(topic !== '' && { topic }), payload }), {
      port,
      dueAt: clock.now(),
      isOwn: true,
    })
  }
  const show = (): void => {
    const count = [...watched.values()].filter(({ reminders }) => reminders > 0).length
    if (count === 0) status('ok')
    else status('warn', { code: 'DEAD_MAN_SILENT', message: `${count} silent`, values: { count } })
  }
  const topicOf = ({ topic = '' }: Message): string => (perTopic ? topic : '')

  return {
    start() {
      holding.open()
      for (const [topic, heard] of hearing.load()) if ((topic !== '') === perTopic) watch(topic, heard)
      if (!perTopic && watched.size === 0) hearing.keep('', watch('', { heardAt: clock.now(), reminders: 0 }))
      if ([...watched.values()].some(({ reminders }) => reminders > 0)) show()
    },
    in(received) {
      const topic = topicOf(received)
      const now = clock.now()
      const one = watched.get(topic) ?? watch(topic, { heardAt: now, reminders: 0 })
      const wasSilent = one.reminders > 0
      if (wasSilent) tell('back', one)
      Object.assign(one, { heardAt: now, reminders: 0, toldAt: undefined })
      hearing.heard(topic, one)
      plan(one)
      if (wasSilent) show()
      return wasSilent ? state.kept() : undefined
    },
    forget(received) {
      const topic = topicOf(received)
      const one = watched.get(topic)
      if (!one) return
      due.forget(one)
      watched.delete(topic)
      hearing.forget(topic)
      show()
    },
  }
})

const tooMany = () =>
  new NodeError(
    'DEAD_MAN_FULL',
    `This node watches ${MAX_TOPICS} topics already. Watch fewer, or divide them among several nodes.`,
    { values: { limit: MAX_TOPICS } },
  )
