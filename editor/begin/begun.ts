import { RememberedList } from '../ui/remembered.ts'

/** Flows whose checklist shows in this browser, until it is closed for good. */
export const begun = new RememberedList('wirehouse.begun', 20)

/** Steps that a person has passed over, or that leave no trace in the flow: `door-watch own`. */
export const passed = new RememberedList('wirehouse.begun-passed', 100)

export type StepName = 'open' | 'own' | 'phone' | 'deploy' | 'scan'
export const passStep = (flow: string, step: StepName): void => passed.add(`${flow} ${step}`)
