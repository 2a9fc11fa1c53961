import type { Sentence } from '#kit/sentence.ts'

export const connectionGone: Sentence = {
  code: 'BRIDGE_CONNECTION_GONE',
  message: 'The connection that this bridge uses is gone. Choose another one.',
}

export const brokeOff = (host: string, problem: string): Sentence => ({
  code: 'BRIDGE_BROKE_OFF',
  message: `${host} ended the connection (${problem}); it is tried again. If that lasts, look at the log of the broker there.`,
  values: { host, problem },
})

/** It ends each time at the same place. */
export const breaksAt = (host: string, topic: string): Sentence => ({
  code: 'BRIDGE_BREAKS_AT',
  message: `${host} ends the connection each time that it is sent a message for "${topic}". Check what this user may publish there, and how large messages may be; or discard what waits.`,
  values: { host, topic },
})

export const filtersRefused = (host: string, filters: readonly string[]): Sentence => ({
  code: 'BRIDGE_SUBSCRIPTION_REFUSED',
  message: `${host} does not let this user read ${filters.join(', ')}. Check its rights there.`,
  values: { host, filters: filters.join(', ') },
})

export const messageRefused = (host: string, topic: string): Sentence => ({
  code: 'BRIDGE_MESSAGE_REFUSED',
  message: `${host} refused a message for "${topic}", so it is lost there. Check what this user may publish there, and how large messages may be.`,
  values: { host, topic },
})

export const circling = (topic: string): Sentence => ({
  code: 'BRIDGE_CIRCLE',
  message: `The same message for "${topic}" leaves the house and comes back again and again: bridges lead in a circle. It is stopped here. See to it that each topic has one way only.`,
  values: { topic },
})

export const localTrouble = (problem: string): Sentence => ({
  code: 'BRIDGE_LOCAL',
  message: `The broker of this house ended the connection of the bridge (${problem}); it is tried again.`,
  values: { problem },
})
