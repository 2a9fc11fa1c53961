import type { Handler } from '#kit/runtime/implement-node.ts'

/** Steers a flow while a person tries it. Is compiled into the flow when it comes, and out of it when it goes. */
export interface FlowControl {
  /** Has the flow wired; asks `wire` for each wire meanwhile. What is held on others is given back. */
  rewire(wireAll: () => void): void
  /** Answers what a wire, by its name `bell.out quiet.in`, is to call in place of where it leads. */
  wire(wire: string, deliver: Handler): Handler
  /** For a node that acts on the world outside: what each message to it is told by, if it is to do nothing. */
  mute(node: string): (() => void) | undefined
  /** The flow stops: what is held on its wires is given back. */
  giveBack(): void
}
