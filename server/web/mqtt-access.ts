import type { AccessAction, AccessControl, Subject, Verdict } from '../access/access-control.ts'
import type { User } from '../store/store.ts'
import { UserError } from '../user-error.ts'
import { type Call, signedIn } from './call.ts'

/** What rules about client ids call who comes by HTTP. */
const CLIENT_ID = 'http'
/** Users whose rules are kept ready. */
const MOST = 1_000

/** Asks the rules of the broker for who comes by HTTP: they are the same on every way in. */
export class MqttAccess {
  readonly #control: Pick<AccessControl, 'decide' | 'note'>
  readonly #subjects = new Map<string, Subject>()

  constructor(control: Pick<AccessControl, 'decide' | 'note'>) {
    this.#control = control
  }

  /** Throws 403 `MQTT_REFUSED`, and notes it, if the rules do not allow it. */
  require(call: Call, action: AccessAction, topic: string): Verdict {
    const { user } = signedIn(call)
    const verdict = this.#control.decide(this.#subjectOf(user), action, topic)
    if (!verdict.allowed) throw this.refuse(call, action, topic, refused(user.name, action, topic))
    return verdict
  }

  /** Notes why a request is refused, and answers the error to throw. */
  refuse(call: Call, action: AccessAction, topic: string, error: UserError): UserError {
    this.#control.note({
      clientId: CLIENT_ID,
      user: signedIn(call).user.name,
      address: call.request.socket.remoteAddress ?? '',
      action,
      topic,
      code: error.code,
      message: error.message,
      values: error.details['values'] as Record<string, string>,
    })
    return error
  }

  /** The rules of one subject are found once for each object. */
  #subjectOf({ name, role }: User): Subject {
    const key = `${role} ${name}`
    const known = this.#subjects.get(key)
    if (known !== undefined) return known
    const subject = { user: name, role, clientId: CLIENT_ID }
    if (this.#subjects.size >= MOST) this.#subjects.clear()
    this.#subjects.set(key, subject)
    return subject
  }
}

const refused = (user: string, action: AccessAction, topic: string): UserError =>
  action === 'publish'
    ? new UserError(
        403,
        'MQTT_PUBLISH_REFUSED',
        `No rule lets "${user}" publish to "${topic}". An owner can allow it among the rules of the MQTT area.`,
        { values: { user, topic } },
      )
    : new UserError(
        403,
        'MQTT_RECEIVE_REFUSED',
        `No rule lets "${user}" read "${topic}". An owner can allow it among the rules of the MQTT area.`,
        { values: { user, topic } },
      )
