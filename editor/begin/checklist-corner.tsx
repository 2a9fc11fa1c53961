import { useFlow } from '../flow/flow-context.ts'
import { lazyPart } from '../ui/lazy-part.tsx'
import { begun } from './begun.ts'

const Checklist = lazyPart(async () => (await import('./checklist.tsx')).Checklist)

/** The checklist of a flow that began as the template with one, until it is closed for good. */
export function ChecklistCorner() {
  const { document } = useFlow()
  const isShown = begun.use((state) => state.ids.includes(document.flow.id))
  return isShown && !document.isReadOnly && <Checklist />
}
