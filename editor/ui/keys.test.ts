import { expect, test } from 'vitest'
import { gatherArrows, type KeyPress, keyText, readKeys } from './keys.ts'

const press = (key: string, rest: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...rest,
})

test.each([
  ['a letter', press('c', { code: 'KeyC' }), 'C'],
  ['a letter with Shift', press('C', { code: 'KeyC', shiftKey: true }), 'Shift+C'],
  ['a command', press('Z', { code: 'KeyZ', ctrlKey: true, shiftKey: true }), 'Mod+Shift+Z'],
  [
    'by the letter, not the place, on a German keyboard',
    press('z', { code: 'KeyY', ctrlKey: true }),
    'Mod+Z',
  ],
  ['a sign, wherever it lies', press('?', { code: 'Minus', shiftKey: true }), '?'],
  ['the plus sign', press('+', { code: 'Equal', shiftKey: true }), 'Plus'],
  ['an arrow', press('ArrowLeft', { altKey: true, shiftKey: true }), 'Alt+Shift+ArrowLeft'],
  ['the space bar', press(' ', { code: 'Space' }), 'Space'],
  ['by the place, on a Greek keyboard', press('κ', { code: 'KeyK', ctrlKey: true }), 'Mod+K'],
  [
    'a sign made with AltGr is no command',
    press('@', {
      code: 'KeyQ',
      ctrlKey: true,
      altKey: true,
      getModifierState: (key) => key === 'AltGraph',
    }),
    '@',
  ],
  ['a modifier alone', press('Control', { ctrlKey: true }), undefined],
  ['a letter that is being composed', press('Process', { code: 'KeyA' }), undefined],
  ['the key of the system', press('k', { code: 'KeyK', metaKey: true }), undefined],
] as const)('reads %s', (_what, pressed, keys) => {
  expect(readKeys(pressed, false)).toBe(keys)
})

test('on a Mac ⌘ is the command key, and Alt does not change the letter', () => {
  expect(readKeys(press('k', { code: 'KeyK', metaKey: true }), true)).toBe('Mod+K')
  expect(readKeys(press('∂', { code: 'KeyD', altKey: true }), true)).toBe('Alt+D')
  expect(readKeys(press('k', { code: 'KeyK', ctrlKey: true }), true)).toBe(undefined)
})

test('keys are called as they stand on the keyboard', () => {
  expect(keyText('Mod+Shift+Z', 'en', false)).toBe('Ctrl+Shift+Z')
  expect(keyText('Mod+Shift+Z', 'de', false)).toBe('Strg+Umschalt+Z')
  expect(keyText('Mod+Shift+Z', 'de', true)).toBe('⌘⇧Z')
  expect(keyText('Alt+ArrowLeft', 'en', false)).toBe('Alt+←')
})

test('arrows with the same modifiers are shown together', () => {
  expect(gatherArrows(['Alt+ArrowLeft', 'Alt+ArrowRight', 'A', 'ArrowUp'])).toEqual([
    'Alt+ArrowLeft+ArrowRight',
    'A',
    'ArrowUp',
  ])
})
