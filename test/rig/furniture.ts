import type { FakeTelegram } from './fake-telegram.ts'
import type { ServerProcess } from './server-process.ts'

/** Nobody listens there. */
const NOBODY = 'http://127.0.0.1:9'

/** Something that waits to leave the house, and messages that their flow could not handle. */
export async function furnishPost(server: ServerProcess): Promise<void> {
  const config = { address: NOBODY, mayReachMachine: true, signingSecret: 's' }
  await server.api('PUT', '/api/connections/hook', { type: 'webhook', name: 'Hook', config })
  await deploy(server, 'ways', [
    { id: 'hook', type: 'webhook', at: [80, 80], config: { service: 'hook', urgency: 'alarm' } },
  ])
  await server.api('POST', '/api/flows/ways/nodes/hook/inject', { payload: 'wet' })
  const wait = { id: 'wait', type: 'delay', at: [80, 80], config: { delayMs: 3_600_000 } }
  const show = { id: 'show', type: 'debug', at: [320, 80], config: {} }
  await deploy(server, 'torn', [wait, show])
  for (const payload of [1, 2]) await server.api('POST', '/api/flows/torn/nodes/wait/inject', { payload })
  await server.api('POST', '/api/flows/torn/stop')
  await deploy(server, 'torn', [show])
}

/** A bot to which a phone can be bound. */
export async function furnishBot(server: ServerProcess, telegram: FakeTelegram): Promise<void> {
  const config = { apiRoot: telegram.root, token: telegram.token }
  await server.api('PUT', '/api/connections/bot', { type: 'telegram-bot', name: 'Bot', config })
}

/** Something that was recorded: in a flow, and of topics. */
export async function furnishRecordings(server: ServerProcess, flow: string): Promise<void> {
  const messages = [{ at: 1, to: 'show.in', payload: 21 }]
  await server.api('POST', `/api/flows/${flow}/recordings/upload`, { name: 'Bell', messages })
  const { body } = await server.api('POST', '/api/topic-recordings', { filter: 'home/#', name: 'Bell' })
  await server.api('POST', `/api/topic-recordings/${body.id}/stop`)
}

async function deploy(server: ServerProcess, id: string, nodes: object[]) {
  const flow = { format: 'wirehouse/flow@1', id, name: 'Door', nodes, wires: [] }
  await server.api('PUT', `/api/flows/${id}`, flow, { prefer: 'handling=lenient' })
  const { status, body } = await server.api('POST', `/api/flows/${id}/deploy`)
  if (status !== 200) throw new Error(`${id} was not deployed: ${JSON.stringify(body)}`)
}
