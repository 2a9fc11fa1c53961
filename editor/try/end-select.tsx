import { useNodeName } from '../flow/flow-context.ts'
import { useText } from '../i18n/use-text.ts'
import { Select } from '../ui/select.tsx'
import type { End } from './ends.ts'
import { tryTexts } from './texts.ts'

interface EndSelectProps {
  readonly label: string
  readonly ends: readonly End[]
  readonly value: string
  readonly onChange: (end: string) => void
}

/** Chooses a port by the names of its node and itself. One that is gone is still shown. */
export function EndSelect({ label, ends, value, onChange }: EndSelectProps) {
  const t = useText(tryTexts)
  const nameOf = useNodeName()
  const isKnown = value === '' || ends.some((end) => end.value === value)
  return (
    <Select
      aria-label={label}
      value={value === '' ? undefined : value}
      onChange={onChange}
      options={[
        ...ends.map(({ value: end, node, port }) => ({
          value: end,
          label: nameOf(node),
          ...(port !== '' && { about: port }),
        })),
        ...(isKnown ? [] : [{ value, label: t('missingEnd', { end: value }) }]),
      ]}
    />
  )
}
