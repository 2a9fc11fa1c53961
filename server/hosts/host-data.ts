import type { Services } from '#kit/runtime/services.ts'
import type { RingEndMemory } from './ring/ring-pair.ts'

/** What every thread of flows gets to know of the settings. */
export interface HostSettings {
  readonly endpoints: Services['endpoints']
  /** npm packages that functions of trusted flows may ask for, and the folder whose `node_modules` has them. */
  readonly libraries: readonly string[]
  readonly libraryFolder: string
}

/** What a thread of flows is born with. */
export interface HostData extends HostSettings {
  readonly ring: RingEndMemory
  readonly cells: Int32Array
  /** Where it writes what its nodes remember. */
  readonly journal: SharedArrayBuffer
}
