import type { Language } from '../i18n/language.ts'

/**
 * Keys are written as `Mod+Shift+Z`: `Mod` is ⌘ on a Mac and Ctrl elsewhere, then `Alt`, then `Shift`. A
 * letter stands large. A sign stands as it is typed, without Shift, for where it lies differs from layout to
 * layout: `?`, `-`; the plus sign is `Plus`, the space bar `Space`.
 */
export interface KeyPress {
  readonly key: string
  /** Where the key lies, as on an American keyboard: `KeyZ`. */
  readonly code: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
  getModifierState?(key: string): boolean
}

const named: Readonly<Record<string, string>> = { ' ': 'Space', '+': 'Plus' }
const alone = new Set(['Control', 'Shift', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'Process', 'Unidentified'])

/** What was pressed, as keys are written. Nothing for a modifier alone, or a key that composes a letter. */
export function readKeys(press: KeyPress, isMac: boolean): string | undefined {
  if (alone.has(press.key)) return undefined
  // AltGr makes signs on many layouts; Windows reports it as Ctrl and Alt.
  const isAltGr = press.getModifierState?.('AltGraph') ?? false
  const isMod = !isAltGr && (isMac ? press.metaKey : press.ctrlKey)
  const isOther = isMac ? press.ctrlKey : press.metaKey
  const isAlt = !isAltGr && press.altKey
  const key = keyOf(press, isMac && isAlt)
  if (key === undefined || isOther) return undefined
  const isShift = press.shiftKey && !isSign(key)
  return [isMod && 'Mod', isAlt && 'Alt', isShift && 'Shift', key].filter(Boolean).join('+')
}

/** A letter of another alphabet counts as the one that lies there on a Latin keyboard. */
function keyOf({ key, code }: KeyPress, isAltOnMac: boolean): string | undefined {
  const isAscii = /^[\x20-\x7e]$/.test(key)
  if (key.length === 1 && isAscii && !isAltOnMac) return named[key] ?? key.toUpperCase()
  if (key.length > 1 && key !== 'Dead') return key
  return /^(?:Key([A-Z])|Digit(\d))$/.exec(code)?.slice(1).find(Boolean)
}

const isSign = (key: string): boolean => key === 'Plus' || (key.length === 1 && !/[A-Z]/.test(key))

const words: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  en: { Mod: 'Ctrl', Escape: 'Esc', Delete: 'Del', Insert: 'Ins' },
  de: {
    Mod: 'Strg',
    Shift: 'Umschalt',
    Escape: 'Esc',
    Delete: 'Entf',
    Insert: 'Einfg',
    Enter: 'Eingabe',
    Space: 'Leertaste',
    Backspace: 'Rücktaste',
  },
}
const onMac: Readonly<Record<string, string>> = {
  Mod: '⌘',
  Alt: '⌥',
  Shift: '⇧',
  Enter: '↩',
  Backspace: '⌫',
  Delete: '⌦',
  Tab: '⇥',
}
const drawn: Readonly<Record<string, string>> = {
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Plus: '+',
  '-': '−',
}

/** Keys as they stand on the keyboard, one by one: `['Strg', 'Umschalt', 'Z']`. */
export const keyCaps = (keys: string, language: Language, isMac: boolean): readonly string[] =>
  keys.split('+').map((key) => drawn[key] ?? (isMac ? onMac[key] : undefined) ?? words[language][key] ?? key)

/** Arrows with the same modifiers become one: `Alt+ArrowLeft+ArrowRight`, to be shown as one line of keys. */
export function gatherArrows(all: readonly string[]): readonly string[] {
  const gathered = new Map<string, string>()
  for (const keys of all) {
    const [, modifiers, arrow] = /^(.*?)(Arrow\w+)$/.exec(keys) ?? [undefined, keys, undefined]
    const before = gathered.get(modifiers ?? keys)
    if (arrow === undefined) gathered.set(keys, keys)
    else gathered.set(modifiers ?? '', before === undefined ? keys : `${before}+${arrow}`)
  }
  return [...gathered.values()]
}

/** The same as one text: `Strg+Umschalt+Z`, `⌘⇧Z`. */
export const keyText = (keys: string, language: Language, isMac: boolean): string =>
  keyCaps(keys, language, isMac).join(isMac ? '' : '+')

/** For `aria-keyshortcuts`, whose names are those of the standard. */
export const ariaKeys = (keys: readonly string[], isMac: boolean): string =>
  keys.map((each) => each.replace('Mod', isMac ? 'Meta' : 'Control')).join(' ')

/** Whether this machine has ⌘ keys. */
export const isMac: boolean = /^(?:Mac|iPhone|iPad)/.test(globalThis.navigator?.platform ?? '')
