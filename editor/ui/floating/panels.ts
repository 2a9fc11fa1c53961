/** What floats above the page, once it is opened. The buttons that open it stand in the page before. */
export { DialogPanel, SheetPanel } from './dialog-panel.tsx'
export { MenuPanel } from './menu-panel.tsx'
export { PopoverPanel } from './popover-panel.tsx'
export { TooltipPanel } from './tooltip-panel.tsx'
