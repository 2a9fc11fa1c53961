import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import type { Catalogue } from '#flows/catalogue.ts'
import type { Problem } from '#flows/problem.ts'
import type { LoggedMessage } from '../api/types.ts'
import type { CanvasHandle } from '../canvas/flow-canvas.tsx'
import type { Deployment } from '../deploy/deployment.ts'
import type { Shown } from '../deploy/use-shown.ts'
import type { DocumentState } from '../document/flow-document.ts'
import type { Fragment } from '../document/fragment.ts'
import { nodeTitle } from '../i18n/node-texts.ts'
import type { FlowSession } from './use-flow-session.ts'
import type { Panels } from './use-panels.ts'

export interface FlowScope extends FlowSession {
  readonly catalogue: Catalogue
  readonly problems: readonly Problem[]
  /** Call with what comes from outside, before it is put into the flow. */
  readonly onForeign: (fragment: Fragment) => void
  readonly deployment: Deployment
  readonly panels: Panels
  /** What the canvas shows in place of the draft. */
  readonly shown: Shown | undefined
  /** The canvas, once it stands. */
  readonly canvas: () => CanvasHandle | null
  /** Makes a test of a message that went over a wire. */
  readonly onUseAsTest?: (wire: string, message: LoggedMessage) => void
  /** Sends messages over a wire again, in their order. */
  readonly onReplay?: (wire: string, messages: readonly LoggedMessage[]) => void
}

export const FlowContext = createContext<FlowScope | undefined>(undefined)

/** The flow around a part of the page. */
export function useFlow(): FlowScope {
  const scope = useContext(FlowContext)
  if (!scope) throw new Error('a part of the flow page stands outside a flow')
  return scope
}

/** The least of the document that a component needs. */
export const useDocument = <Value>(select: (state: DocumentState) => Value): Value =>
  useStore(useFlow().document.store, select)

/** What people call a node: its name, else the title of its type. */
export function useNodeName(): (id: string) => string {
  const { catalogue } = useFlow()
  const byId = useDocument((state) => state.byId)
  return (id) => {
    const node = byId.get(id)
    const definition = node && catalogue.nodes.get(node.type)
    return node?.name ?? (definition ? nodeTitle(definition) : (node?.type ?? id))
  }
}
