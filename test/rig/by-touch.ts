import type { CDPSession, Locator, Page } from 'playwright-core'

/** What a person does with a finger. Nothing here uses a mouse or keys, but the letters of the screen's own keyboard. */
export interface Finger {
  tap(target: Locator): Promise<void>
  tapAt(x: number, y: number): Promise<void>
  /** Holds the finger down until the menu comes. */
  press(target: Locator): Promise<void>
  /** Two fingers move apart (or together) around a place. */
  pinch(x: number, y: number, from: number, to: number): Promise<void>
}

export async function fingerOn(page: Page): Promise<Finger> {
  const session = await page.context().newCDPSession(page)
  const middle = async (target: Locator): Promise<[number, number]> => {
    await target.scrollIntoViewIfNeeded()
    const box = await target.boundingBox()
    if (!box) throw new Error('there is nothing to touch')
    return [box.x + box.width / 2, box.y + box.height / 2]
  }
  const tapAt = (x: number, y: number) => page.touchscreen.tap(x, y)
  return {
    tapAt,
    tap: async (target) => tapAt(...(await middle(target))),
    press: async (target) => {
      const [x, y] = await middle(target)
      await touch(session, 'touchStart', [[x, y]])
      await page.getByRole('menu').waitFor()
      await touch(session, 'touchEnd', [])
    },
    pinch: async (x, y, from, to) => {
      const fingers = (apart: number): [number, number][] => [
        [x - apart / 2, y],
        [x + apart / 2, y],
      ]
      await touch(session, 'touchStart', fingers(from))
      for (let step = 1; step <= 8; step++)
        await touch(session, 'touchMove', fingers(from + ((to - from) * step) / 8))
      await touch(session, 'touchEnd', [])
    },
  }
}

const touch = (
  session: CDPSession,
  type: 'touchStart' | 'touchMove' | 'touchEnd',
  points: readonly (readonly [number, number])[],
) =>
  session.send('Input.dispatchTouchEvent', {
    type,
    touchPoints: points.map(([x, y], id) => ({ x, y, id })),
  })
