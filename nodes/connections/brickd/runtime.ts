import { implementConnection } from '#kit/runtime/implement-connection.ts'
import { BrickdClient } from './brickd-client.ts'
import { brickd } from './definition.ts'

const shape = { device: { watch: 'listen', call: 'call', observe: 'listen' } } as const

export const brickdRuntime = implementConnection(brickd, shape, ({ config, clock, status, log, own }) => {
  const client = own(new BrickdClient({ ...config, clock, status, log }))
  return { link: client, discover: () => client.discover() }
})
