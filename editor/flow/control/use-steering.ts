import { create } from 'zustand'
import type { ConditionSet } from '#kit/condition-set.ts'
import type { ControlView, StopAction, StoppedMessage } from '../../api/control-api.ts'
import { act, removeBreakpoint, setBreakpoint, setSafeMode, useControls } from '../../live/flow-control.ts'
import { attempt } from '../../live/steering.ts'
import { useFlow } from '../flow-context.ts'

/** The message that the person takes through the flow, by its id. */
export const useStepped = create<{ readonly message: string | undefined }>(() => ({ message: undefined }))

/** What one does to steer this flow; what fails is told. */
export function useSteering() {
  const flow = useFlow().document.flow.id
  return {
    setSafeMode: (on: boolean) => attempt(setSafeMode(flow, on)),
    setBreakpoint: (wire: string, condition?: ConditionSet) => attempt(setBreakpoint(flow, wire, condition)),
    removeBreakpoint: (wire: string) => attempt(removeBreakpoint(flow, wire)),
    act: ({ number, message }: StoppedMessage, action: StopAction) => {
      useStepped.setState({ message: action === 'step' ? message.id : undefined })
      attempt(act(flow, number, action))
    },
  }
}

/** How this flow is steered, if it is. */
export function useControl(): ControlView | undefined {
  const flow = useFlow().document.flow.id
  return useControls((state) => state[flow])
}
