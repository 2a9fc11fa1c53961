/** What `light-zod.test.ts` runs twice: as it stands, and as it is built for the browser. */
export { describeIssue } from '#flows/describe-issue.ts'
export { flowSchema } from '#flows/flow.ts'
export { parseChange } from '#flows/operations/operation-schema.ts'
export { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
export { loadPins } from '../flow/wire-messages/pins.ts'
export { readFields } from '../forms/read-fields.ts'
export { readSent } from '../pages/mqtt/topics/sent-messages.ts'
export { readSubscriptions } from '../pages/mqtt/topics/subscriptions.ts'
