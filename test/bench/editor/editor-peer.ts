import type { BrowserContext, Page } from 'playwright-core'

/** A place on the screen. */
export type Point = readonly [x: number, y: number]

/** An editor that is measured, with a flow of so many nodes in it. */
export interface EditorPeer {
  readonly name: string
  /** Starts it with such a flow. With `isLive`, it will report changes of its nodes. */
  start(folder: string, nodes: number, isLive: boolean): Promise<RunningEditor>
}

/** Ends all its processes when disposed of. */
export interface RunningEditor extends AsyncDisposable {
  /** The address of the flow. */
  readonly url: string
  /** Makes the browser somebody who may edit. */
  signIn(context: BrowserContext): Promise<void>
  /** Runs in the page: whether all the nodes are drawn. */
  readonly isDrawn: (nodes: number) => boolean
  /** Brings the whole flow into view. */
  showWhole(page: Page): Promise<void>
  /** Brings a part of it into view, at 100 %. */
  showNear(page: Page): Promise<void>
  /** Where a node can be taken that is in view. */
  nodeInView(page: Page): Promise<Point>
  /** Where nothing stands. */
  voidInView(page: Page): Promise<Point>
  /** Moves the canvas by one step of a pan, as a person does. */
  readonly pan: 'drag' | 'wheel'
  /** Opens the list of nodes by one gesture. */
  openQuickAdd(page: Page, at: Point): Promise<void>
  /** What shows that it is open. */
  readonly quickAdd: string
  /** A function in view at this address, how its code is opened, and what shows that it can be typed in. */
  readonly code?: Pick<RunningEditor, 'url' | 'isDrawn'> & {
    readonly shown: string
    open(page: Page): Promise<void>
  }
  /** Selects 34 chains. */
  selectSome(page: Page): Promise<void>
  /** What must have the focus for keys. */
  focus(page: Page): Promise<void>
  /** Reports so many changes a second until it is disposed of. */
  report(perSecond: number): Disposable
}
