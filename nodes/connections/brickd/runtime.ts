import { implementConnection } from '#kit/runtime/implement-connection.ts'
import { BrickdClient } from './brickd-client.ts'
import { brickd } from './definition.ts'

export const brickdRuntime = implementConnection(brickd, ({ config, clock, status, log, own }) => {
  const client = own(new BrickdClient({ ...config, clock, status, log }))
  return { link: client, discover: () => client.discover() }
})
