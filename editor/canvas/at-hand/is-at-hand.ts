/** What stands on the canvas only for as long as the pointer is near: it must not go when the pointer comes to it. */
export const atHand = { 'data-at-hand': '' } as const

export const isAtHand = (target: EventTarget): boolean =>
  target instanceof Element && target.closest('[data-at-hand]') !== null
