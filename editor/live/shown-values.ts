import { create } from 'zustand'
import { readStored, writeStored } from '../ui/stored.ts'

const keyOf = (flow: string): string => `wirehouse.values.${flow}`

/** Flows in which a person has switched the values on wires off, or on again, since the page was loaded. */
const useSwitched = create<Readonly<Record<string, boolean>>>(() => ({}))

/** Whether the wires of a flow show their last values; this browser remembers it. */
const showsValues = (flow: string): boolean =>
  useSwitched.getState()[flow] ?? readStored(keyOf(flow)) !== 'off'

export const useShowsValues = (flow: string): boolean => {
  useSwitched((state) => state[flow])
  return showsValues(flow)
}

export function toggleValues(flow: string): void {
  const shown = !showsValues(flow)
  useSwitched.setState({ [flow]: shown })
  writeStored(keyOf(flow), shown ? 'on' : 'off')
}
