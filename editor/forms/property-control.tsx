import { Combobox } from '../ui/combobox.tsx'
import type { FieldControlProps } from './control-props.ts'
import { seenPaths } from './property-paths.ts'
import { useSeen } from './seen-messages.ts'
import { writeJsonText } from './value-text.ts'

/** A value beside a path is cut behind so many characters. */
const SHOWN = 60

/** A path into the message, completed by the messages that were really seen. */
export function PropertyControl({ control, value, words, onChange, onLeave }: FieldControlProps) {
  const seen = useSeen()
  const suggestions = seenPaths(seen).map((found) => ({
    value: found.path,
    label: found.path,
    ...(found.value !== undefined && { about: writeJsonText(found.value).slice(0, SHOWN) }),
  }))
  return (
    <Combobox
      {...control}
      mono
      value={typeof value === 'string' ? value : ''}
      onChange={onChange}
      onBlur={onLeave}
      placeholder={words.placeholder}
      suggestions={suggestions}
    />
  )
}
