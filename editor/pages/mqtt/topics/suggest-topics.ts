import type { TopicForest } from '../../../topics/topic-forest.ts'
import type { Suggestion } from '../../../ui/combobox.tsx'

/** More than this nobody reads through. */
const MOST = 50

/** Topics of the tree that have what was typed in their names. */
export function suggestTopics(forest: TopicForest, typed: string): readonly Suggestion[] {
  const wanted = typed.toLowerCase()
  const found: Suggestion[] = []
  for (const { path } of forest.topics()) {
    if (!path.startsWith('$') && path !== typed && path.toLowerCase().includes(wanted))
      found.push({ value: path, label: path })
    if (found.length === MOST) break
  }
  return found
}
