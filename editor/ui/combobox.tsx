import * as Radix from 'radix-ui/popover'
import { type KeyboardEvent, useId, useRef, useState } from 'react'
import { useText } from '../i18n/use-text.ts'
import { classNames } from './class-names.ts'
import styles from './control.module.css'
import type { ControlProps } from './field.tsx'
import { Icon } from './icon.tsx'
import { Spinner } from './spinner.tsx'
import { kitTexts } from './texts.ts'

export interface Suggestion {
  readonly value: string
  readonly label: string
  readonly about?: string
}

interface ComboboxProps extends Partial<ControlProps> {
  readonly value: string
  /** What was typed, letter by letter. */
  readonly onChange: (value: string) => void
  /** A suggestion was picked; without it, its value is typed in. */
  readonly onPick?: (suggestion: Suggestion) => void
  readonly suggestions: readonly Suggestion[]
  /** The suggestions are those that fit what was typed: they are all shown. */
  readonly isMatched?: boolean
  readonly onOpen?: () => void
  readonly loading?: boolean
  /** Shown instead of suggestions: why there are none. */
  readonly note?: string | undefined
  readonly placeholder?: string | undefined
  readonly mono?: boolean
  readonly disabled?: boolean
  readonly onBlur?: () => void
}

/** Free text with suggestions: what is typed always counts, a suggestion is only a shortcut. */
export function Combobox(props: ComboboxProps) {
  const { value, onChange, onPick, suggestions, isMatched, onOpen, loading, note, mono, onBlur, ...control } =
    props
  const t = useText(kitTexts)
  const listId = useId()
  const anchor = useRef<HTMLDivElement>(null)
  const [isOpen, setOpen] = useState(false)
  const [isTyping, setTyping] = useState(false)
  const [active, setActive] = useState(-1)
  const shown = isTyping && !isMatched ? matching(suggestions, value) : suggestions

  const open = () => {
    if (isOpen) return
    onOpen?.()
    setActive(-1)
    setOpen(true)
  }
  const close = () => {
    setOpen(false)
    setTyping(false)
  }
  const pick = (suggestion: Suggestion) => {
    if (onPick) onPick(suggestion)
    else onChange(suggestion.value)
    close()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const chosen = shown[active]
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault()
      if (!isOpen) return open()
      setActive(nextIndex(active, event.key === 'ArrowDown' ? 1 : -1, shown.length))
    } else if (event.key === 'Enter' && isOpen && chosen) {
      event.preventDefault()
      pick(chosen)
    } else if (event.key === 'Escape' && isOpen) {
      event.stopPropagation()
      close()
    }
  }

  return (
    <Radix.Root open={isOpen} onOpenChange={(next) => (next ? open() : close())}>
      <Radix.Anchor asChild>
        <div className={styles.box} ref={anchor}>
          <input
            type="text"
            role="combobox"
            autoComplete="off"
            spellCheck={mono ? false : undefined}
            aria-expanded={isOpen}
            aria-controls={isOpen ? listId : undefined}
            aria-autocomplete="list"
            aria-activedescendant={isOpen && active >= 0 ? `${listId}-${active}` : undefined}
            {...control}
            className={classNames(styles.input, mono && styles.mono)}
            value={value}
            onChange={(event) => {
              setTyping(true)
              open()
              onChange(event.target.value)
            }}
            onClick={open}
            onKeyDown={onKeyDown}
            onBlur={() => {
              close()
              onBlur?.()
            }}
          />
          <button
            type="button"
            tabIndex={-1}
            className={styles.inner}
            aria-label={t('openList')}
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => (isOpen ? close() : open())}
          >
            {loading ? <Spinner size={14} /> : <Icon name="chevron-down" />}
          </button>
        </div>
      </Radix.Anchor>
      <Radix.Portal>
        <Radix.Content
          className={styles.suggestions}
          align="start"
          sideOffset={4}
          collisionPadding={8}
          onOpenAutoFocus={(event) => event.preventDefault()}
          onCloseAutoFocus={(event) => event.preventDefault()}
          onPointerDown={(event) => event.preventDefault()}
          onInteractOutside={(event) => {
            if (anchor.current?.contains(event.target as Node)) event.preventDefault()
          }}
        >
          <div role="listbox" id={listId} aria-label={t('openList')}>
            {shown.map((suggestion, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: keys are handled at the input, which keeps the focus
              // biome-ignore lint/a11y/useFocusableInteractive: the input keeps the focus and names the active option
              <div
                key={`${suggestion.value} ${suggestion.label}`}
                id={`${listId}-${index}`}
                role="option"
                aria-selected={index === active}
                className={styles.option}
                onPointerMove={() => setActive(index)}
                onClick={() => pick(suggestion)}
              >
                <span>{suggestion.label}</span>
                {suggestion.about && <small>{suggestion.about}</small>}
              </div>
            ))}
          </div>
          {shown.length === 0 && (
            <p className={styles.note}>{loading ? t('loading') : (note ?? t('noMatch'))}</p>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}

const nextIndex = (index: number, step: number, count: number) =>
  count === 0 ? -1 : (index + step + (index < 0 && step < 0 ? 1 : 0) + count) % count

function matching(suggestions: readonly Suggestion[], text: string): readonly Suggestion[] {
  const words = text.toLowerCase().split(/\s+/)
  return suggestions.filter((suggestion) => {
    const line = `${suggestion.label} ${suggestion.value} ${suggestion.about ?? ''}`.toLowerCase()
    return words.every((word) => line.includes(word))
  })
}
