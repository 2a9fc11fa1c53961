import * as z from 'zod'
import { checkTopicFilter, checkTopicName } from '#kit/topic.ts'
import { fillFilter, isBrokersOwn } from '#server/access/rule-filter.ts'
import type { AccessAction, AccessRule, Subject } from '../../access/access-control.ts'
import { doors } from '../../access/doors.ts'
import { denialSentence } from '../../access/refusal-sentences.ts'
import { UserError } from '../../user-error.ts'
import { type Call, type Handlers, json, nothing, readJson, signedIn } from '../call.ts'
import type { WebServices } from '../web-services.ts'

const actions = ['publish', 'subscribe', 'receive'] as const satisfies readonly AccessAction[]
const name = z.string().trim().min(1).max(200)

const subject = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('everyone') }),
  z.object({ kind: z.literal('anonymous') }),
  z.object({ kind: z.literal('role'), name: z.enum(['owner', 'editor', 'viewer', 'device']) }),
  z.object({ kind: z.literal('user'), name }),
  z.object({ kind: z.literal('client'), name }),
])

const ruleBody = z.object({
  subject,
  actions: z
    .array(z.enum(actions))
    .min(1)
    .transform((given) => actions.filter((action) => given.includes(action))),
  filter: z.string().max(1_000),
  effect: z.enum(['allow', 'deny']),
  maxQoS: z.literal([0, 1, 2]).default(2),
  retain: z.boolean().default(true),
  note: z.string().trim().max(500).default(''),
})

const rehearseBody = z.object({ id: z.string().max(100).optional(), rule: ruleBody.optional() })

const tryBody = z.object({
  /** Nobody's, if it is missing: who needs no login. */
  user: name.optional(),
  clientId: z.string().max(1_000).default(''),
  action: z.enum(actions),
  topic: z.string().max(1_000),
  qos: z.literal([0, 1, 2]).default(0),
  retain: z.boolean().default(false),
})

/** Who may do what by MQTT, and from where; the owner sees to it. */
export const accessRoutes = ({ access, broker, log }: WebServices) =>
  ({
    'GET /api/broker/rules': () => json(access.rules()),

    'POST /api/broker/rules': async (call) => {
      const rule = await access.addRule(readRule(call))
      log.info({ rule, by: signedIn(call).user.name }, 'MQTT rule added')
      return json(rule, 201)
    },

    'PUT /api/broker/rules/:id': async (call) => {
      const rule = { id: call.params['id'] ?? '', ...readRule(call) }
      await access.changeRule(rule)
      log.info({ rule, by: signedIn(call).user.name }, 'MQTT rule changed')
      return json(rule)
    },

    'DELETE /api/broker/rules/:id': async (call) => {
      const id = call.params['id'] ?? ''
      await access.removeRule(id)
      log.info({ rule: id, by: signedIn(call).user.name }, 'MQTT rule removed')
      return nothing
    },

    'POST /api/broker/rules/rehearse': (call) => {
      const { id, rule } = readJson(call, rehearseBody)
      if (rule) checkRule(rule)
      return json(access.rehearse(broker.present(), { id, rule: rule && { id: id ?? '', ...rule } }))
    },

    'POST /api/broker/rules/try': (call) => {
      const { user, clientId, ...asked } = readJson(call, tryBody)
      return json(decide(access, subjectOf(access, user, clientId), asked))
    },

    'GET /api/broker/client-ids': () => json(access.clientIds()),

    'DELETE /api/broker/client-ids/*client': async (call) => {
      const clientId = call.params['client'] ?? ''
      await access.releaseClientId(clientId)
      log.info({ clientId, by: signedIn(call).user.name }, 'Client id released')
      return nothing
    },

    'GET /api/broker/doors': () => json(access.doors),

    'PUT /api/broker/doors': async (call) => {
      const wanted = readJson(call, doors.required())
      await access.setDoors(wanted)
      log.info({ ...wanted, by: signedIn(call).user.name }, 'MQTT doors changed')
      return json(wanted)
    },
  }) satisfies Partial<Handlers>

function readRule(call: Call): Omit<AccessRule, 'id'> {
  const rule = readJson(call, ruleBody)
  checkRule(rule)
  return rule
}

/** Throws 422 with the code of what is wrong with the filter. */
function checkRule({ filter, effect, actions: about }: Omit<AccessRule, 'id'>): void {
  const filled = fillFilter(filter, { user: 'user', clientId: 'client' }) ?? filter
  const problem = checkTopicFilter(filled)
  if (problem) throw wrongFilter(problem)
  if (effect === 'allow' && about.includes('publish') && isBrokersOwn(filled))
    throw wrongFilter({
      code: 'RULE_FOR_BROKER',
      message: `Nobody but the broker sends to "${filter}". Allow to receive it only.`,
      values: { topic: filter },
    })
}

const wrongFilter = ({
  code,
  message,
  values,
}: {
  code: string
  message: string
  values?: unknown
}): UserError =>
  new UserError(422, code, message, {
    field: 'filter',
    values,
    problems: [{ code, field: 'filter', message, values }],
  })

function subjectOf(access: WebServices['access'], user: string | undefined, clientId: string): Subject {
  const found = access.subjectOf(user, clientId)
  if (!found) throw new UserError(404, 'USER_UNKNOWN', `There is no user "${user}".`)
  return found
}

/** The verdict, and where it is no, why. What is asked for by a subscription must reach it, too. */
function decide(
  access: WebServices['access'],
  who: Subject,
  { action, topic, qos, retain }: Omit<z.output<typeof tryBody>, 'user' | 'clientId'>,
) {
  const problem = action === 'subscribe' ? checkTopicFilter(topic) : checkTopicName(topic)
  if (problem) throw UserError.of(422, problem, { field: 'topic' })
  const verdict = access.decide(who, action, topic)
  const why = denialSentence(action, topic, verdict, { qos, retain })
  const { rule, maxQoS, retain: mayRetain } = verdict
  return { allowed: why === undefined, maxQoS, retain: mayRetain, ...(rule && { rule }), ...(why && { why }) }
}
