import { errorText } from '../i18n/error-text.ts'
import { notify } from '../ui/toast.tsx'
import { removeBreakpoint, setBreakpoint, setSafeMode, useControls } from './flow-control.ts'

/** What fails is told. */
export const attempt = (work: Promise<void>): void =>
  void work.catch((error: unknown) => notify.error(errorText(error)))

export const toggleSafeMode = (flow: string): void =>
  attempt(setSafeMode(flow, !(useControls.getState()[flow]?.isSafe ?? false)))

export function toggleBreakpoint(flow: string, wire: string): void {
  const isSet = useControls.getState()[flow]?.breakpoints.some((breakpoint) => breakpoint.wire === wire)
  attempt(isSet ? removeBreakpoint(flow, wire) : setBreakpoint(flow, wire))
}
