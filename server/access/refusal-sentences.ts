import type { QoS } from '#kit/mqtt.ts'
import type { Sentence } from '#kit/sentence.ts'
import type { AccessAction, RefusalReason, Verdict } from './access-control.ts'

/** Why a login was refused, and what to do. */
export function loginSentence(
  reason: RefusalReason,
  { clientId, retryAfterMs = 0 }: { readonly clientId: string; readonly retryAfterMs?: number },
): Sentence {
  switch (reason) {
    case 'no-owner':
      return {
        code: 'MQTT_NO_OWNER',
        message: 'The house has no owner yet. Open it in a browser and set it up.',
      }
    case 'network-closed':
      return {
        code: 'MQTT_NETWORK_CLOSED',
        message: 'MQTT is closed to the network. The owner can open it in the MQTT area, under “Access”.',
      }
    case 'login-needed':
      return {
        code: 'MQTT_LOGIN_NEEDED',
        message: 'It came without a login. Give it the name and password of an account.',
      }
    case 'bad-login':
      return { code: 'MQTT_BAD_LOGIN', message: 'Its user name or password is wrong.' }
    case 'too-many-attempts': {
      const seconds = Math.ceil(retryAfterMs / 1000)
      return {
        code: 'MQTT_TOO_MANY_ATTEMPTS',
        message: `Too many wrong logins came from its address. The next is looked at in ${seconds} seconds.`,
        values: { seconds },
      }
    }
    case 'client-of-another':
      return {
        code: 'MQTT_CLIENT_OF_ANOTHER',
        message: `The client id "${clientId}" belongs to another user. Give the device another one, or release this one in the MQTT area, under “Access”.`,
        values: { client: clientId },
      }
  }
}

export const loginNotChecked = (): Sentence => ({
  code: 'MQTT_SIGN_IN_UNAVAILABLE',
  message: 'Its login could not be checked. The log of Wirehouse says why.',
})

export const loginOver = (): Sentence => ({
  code: 'MQTT_LOGIN_OVER',
  message:
    'Its login does not count any more: the account is gone, the login has run out, or the owner has closed this way in.',
})

/** It was granted before; it sleeps until a rule covers it again. */
export const subscriptionAsleep = (topic: string): Sentence => ({
  code: 'MQTT_SUBSCRIPTION_ASLEEP',
  message: `Its subscription to "${topic}" is no longer covered by the rules. It gets nothing by it until it is again.`,
  values: { topic },
})

/** What is asked for beside the topic. */
export interface AskedFor {
  readonly qos?: QoS
  readonly retain?: boolean
}

/** Why something is not allowed, or nothing if it is. A subscription with a higher QoS than granted gets a lower one. */
export function denialSentence(
  action: AccessAction,
  topic: string,
  { allowed, rule, maxQoS, retain: mayRetain }: Verdict,
  { qos = 0, retain = false }: AskedFor = {},
): Sentence | undefined {
  if (!allowed) return (rule ? denied : notAllowed)[action](topic)
  if (action !== 'publish') return undefined
  if (qos > maxQoS)
    return {
      code: 'MQTT_QOS_TOO_HIGH',
      message: `It may send to "${topic}" with QoS ${maxQoS} at most, and has asked for ${qos}.`,
      values: { topic, limit: maxQoS, qos },
    }
  if (retain && !mayRetain)
    return {
      code: 'MQTT_RETAIN_NOT_ALLOWED',
      message: `It may send to "${topic}", but no rule lets its messages there be retained.`,
      values: { topic },
    }
  return undefined
}

type Sentences = Readonly<Record<AccessAction, (topic: string) => Sentence>>

const denied: Sentences = {
  publish: (topic) => ({
    code: 'MQTT_PUBLISH_DENIED',
    message: `A rule forbids it to send to "${topic}".`,
    values: { topic },
  }),
  subscribe: (topic) => ({
    code: 'MQTT_SUBSCRIBE_DENIED',
    message: `A rule forbids it to subscribe to "${topic}".`,
    values: { topic },
  }),
  receive: (topic) => ({
    code: 'MQTT_RECEIVE_DENIED',
    message: `A rule forbids it to get messages of "${topic}".`,
    values: { topic },
  }),
}

const notAllowed: Sentences = {
  publish: (topic) => ({
    code: 'MQTT_PUBLISH_NOT_ALLOWED',
    message: `No rule allows it to send to "${topic}".`,
    values: { topic },
  }),
  subscribe: (topic) => ({
    code: 'MQTT_SUBSCRIBE_NOT_ALLOWED',
    message: `No rule allows it to subscribe to all of "${topic}".`,
    values: { topic },
  }),
  receive: (topic) => ({
    code: 'MQTT_RECEIVE_NOT_ALLOWED',
    message: `No rule allows it to get messages of "${topic}".`,
    values: { topic },
  }),
}
