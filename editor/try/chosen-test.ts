import { create } from 'zustand'

/** Which test of the flow is open in the drawer, by its place in the list. */
export const useChosenTest = create<{ readonly index: number }>(() => ({ index: 0 }))

export const chooseTest = (index: number): void => useChosenTest.setState({ index })
