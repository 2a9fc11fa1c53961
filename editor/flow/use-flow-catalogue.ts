import { useRef } from 'react'
import { useStore } from 'zustand'
import type { Catalogue } from '#flows/catalogue.ts'
import { subflowPorts } from '#flows/subflow.ts'
import { withSubflows } from '#flows/subflow-catalogue.ts'
import type { FlowDocument } from '../document/flow-document.ts'

/** The node types as they are in the flow, with its subflows; another object only when what can be seen of these has changed. */
export function useFlowCatalogue(document: FlowDocument, types: Catalogue): Catalogue {
  const subflows = useStore(document.store, (state) => state.flow.subflows)
  const scope = useStore(document.store, (state) => state.scope)
  const last = useRef<{ readonly text: string; readonly catalogue: Catalogue }>(undefined)
  const seen = subflows?.map((subflow) => [
    subflow.id,
    subflow.name,
    subflow.description,
    subflowPorts(subflow),
  ])
  const text = JSON.stringify([scope, seen])
  if (last.current?.text !== text)
    last.current = { text, catalogue: withSubflows(types, { subflows }, scope) }
  return last.current.catalogue
}
