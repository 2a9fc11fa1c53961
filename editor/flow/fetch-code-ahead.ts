import type { PointerEvent } from 'react'
import type { Catalogue } from '#flows/catalogue.ts'
import { loadCodeEditor } from '../code/code-editor.tsx'
import type { FlowDocument } from '../document/flow-document.ts'
import { readFields } from '../forms/read-fields.ts'

/** Who points at a node with code is about to look at it: its editor comes meanwhile. */
export const fetchCodeAhead =
  (document: FlowDocument, catalogue: Catalogue) =>
  ({ target }: PointerEvent): void => {
    const id =
      target instanceof Element ? target.closest<HTMLElement>('.react-flow__node')?.dataset['id'] : undefined
    const definition = catalogue.nodes.get((id !== undefined && document.node(id)?.type) || '')
    const fields = definition ? readFields(definition.config) : []
    if (fields.some(({ meta }) => meta.control === 'code')) loadCodeEditor().catch(() => undefined)
  }
