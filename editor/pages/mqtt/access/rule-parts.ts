import type { AccessAction, AccessRule } from '../../../api/types.ts'

/** What a rule is about, as people say it: to receive takes both to subscribe and to be given messages. */
export const parts = {
  Both: ['publish', 'subscribe', 'receive'],
  Publish: ['publish'],
  Receive: ['subscribe', 'receive'],
  SubscribeOnly: ['subscribe'],
  ReceiveOnly: ['receive'],
  PublishSubscribe: ['publish', 'subscribe'],
  PublishReceive: ['publish', 'receive'],
} as const satisfies Readonly<Record<string, readonly AccessAction[]>>
export type Part = keyof typeof parts
export const partNames = Object.keys(parts) as Part[]

export const partOf = ({ actions }: Pick<AccessRule, 'actions'>): Part =>
  partNames.find(
    (part) =>
      parts[part].length === actions.length &&
      actions.every((action) => parts[part].some((one) => one === action)),
  ) ?? 'Both'

export const roleTitles = {
  owner: 'roleOwner',
  editor: 'roleEditor',
  viewer: 'roleViewer',
  device: 'roleDevice',
} as const
