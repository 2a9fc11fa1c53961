import type { ComponentType } from 'react'
import { LookingBanner } from '../deploy/looking-banner.tsx'
import { GateNotice } from '../try/gate-notice.tsx'
import { ReplayNotice } from '../try/replay-notice.tsx'
import { ControlNotice } from './control/control-notice.tsx'
import { QuarantineNotice } from './quarantine-notice.tsx'
import { TrustNotice } from './trust-notice.tsx'

/** Lines over the canvas; each shows only when it has something to say. */
export const notices: Readonly<Record<string, ComponentType>> = {
  control: ControlNotice,
  looking: LookingBanner,
  quarantine: QuarantineNotice,
  trust: TrustNotice,
  replay: ReplayNotice,
  gate: GateNotice,
}
