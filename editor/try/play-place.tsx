import { useMemo, useState } from 'react'
import { placesOf, stepsOf } from '../document/subflow-places.ts'
import { useDocument, useFlow } from '../flow/flow-context.ts'
import { nodeTitle } from '../i18n/node-texts.ts'
import { useText } from '../i18n/use-text.ts'
import { Field } from '../ui/field.tsx'
import { Select } from '../ui/select.tsx'
import { tryTexts } from './texts.ts'

/** The nodes that lead to what is open where it runs, from the flow inwards; none in the flow itself. */
export type Path = readonly string[]

const itself: readonly Path[] = [[]]

/** How an end is called where it runs: `hall/lamp.in`. */
export const livePath = (place: Path, end: string): string => [...place, end].join('/')

/** Where what is open runs: the place through which it was opened, or the first one, until another is chosen. */
export function usePlace() {
  const flow = useDocument((state) => state.flow)
  const scope = useDocument((state) => state.scope)
  const through = useDocument((state) => state.through)
  const [chosen, setPlace] = useState<string>()
  const places = useMemo(() => (scope === undefined ? itself : placesOf(flow, scope)), [flow, scope])
  const called = (name: string) => places.find((path) => path.join('/') === name)
  const place =
    (chosen === undefined ? undefined : called(chosen)) ?? called(through.join('/')) ?? places[0] ?? []
  return { places, place, setPlace }
}

/** What people call what stands at the end of a path, with what leads there: `Hall › Lamp`. */
export function usePathName(): (path: Path) => string {
  const { catalogue } = useFlow()
  const flow = useDocument((state) => state.flow)
  return (path) =>
    stepsOf(flow, path)
      .map(({ id, node, subflow }) => {
        const definition = node && catalogue.nodes.get(node.type)
        return node?.name ?? subflow?.name ?? (definition ? nodeTitle(definition) : id)
      })
      .join(' › ')
}

interface PlaceSelectProps {
  readonly places: readonly Path[]
  readonly place: Path
  readonly onChange: (place: string) => void
}

/** Which of the places is meant, where a subflow stands several times. */
export function PlaceSelect({ places, place, onChange }: PlaceSelectProps) {
  const t = useText(tryTexts)
  const nameOf = usePathName()
  return (
    <Field label={t('place')}>
      {(control) => (
        <Select
          {...control}
          value={place.join('/')}
          onChange={onChange}
          options={places.map((path) => ({ value: path.join('/'), label: nameOf(path) }))}
        />
      )}
    </Field>
  )
}
