import { create } from 'zustand'

interface Asked {
  readonly node: string
  /** Missing where the node is to say which one. */
  readonly port: string | undefined
}

/** The input at which somebody wants to send a message, until the form has it. */
export const useAskedPort = create<{ readonly asked: Asked | undefined }>(() => ({ asked: undefined }))

export const askPort = (asked: Asked | undefined): void => useAskedPort.setState({ asked })
