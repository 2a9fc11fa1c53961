import { create } from 'zustand'
import { readStored, writeStored } from '../ui/stored.ts'

const STORED = 'wirehouse.keys.single'

const use = create<{ readonly isOn: boolean }>(() => ({ isOn: readStored(STORED) !== 'off' }))

/**
 * Whether a key alone, like `?`, does something wherever the focus is. Who speaks to the machine would set it
 * off by mistake (WCAG 2.2, 2.1.4): it can be turned off, for this browser.
 */
export const singleKeys = {
  use,
  set(isOn: boolean): void {
    writeStored(STORED, isOn ? 'on' : 'off')
    use.setState({ isOn })
  },
}
