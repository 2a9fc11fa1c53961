import type { DialogPanelProps, SheetPanelProps } from './floating/dialog-panel.tsx'
import { lazyPart } from './lazy-part.tsx'

const DialogPanel = lazyPart(async () => (await import('./floating/panels.ts')).DialogPanel)
const SheetPanel = lazyPart(async () => (await import('./floating/panels.ts')).SheetPanel)

interface Opened {
  readonly open: boolean
}

/** A question that must be answered, or a form apart. Escape and a click beside it close it. */
export const Dialog = ({ open, ...panel }: Opened & DialogPanelProps) => open && <DialogPanel {...panel} />

/** A dialog from the lower edge, for phones. */
export const Sheet = ({ open, ...panel }: Opened & SheetPanelProps) => open && <SheetPanel {...panel} />
