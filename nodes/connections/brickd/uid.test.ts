import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatUid, parseUid } from './uid.ts'

describe('a UID', () => {
  it('reads as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0xffff_ffff }), (uid) => {
        expect(parseUid(formatUid(uid))).toBe(uid)
      }),
    )
  })

  it('is written as it stands on the device', () => {
    expect([formatUid(1), formatUid(57), formatUid(58), formatUid(0xffff_ffff)]).toEqual([
      '2',
      'Z',
      '21',
      '7xwQ9g',
    ])
  })

  it.each(['', '1', 'l0', 'a b', 'Ö', '7xwQ9h', 'ZZZZZZZ'])('is not "%s"', (text) => {
    expect(parseUid(text)).toBeUndefined()
  })
})
