import mqtt, { type IClientOptions } from 'mqtt'

/**
 * Tries what somebody in the network could: `node stranger.ts <host> <http port> <mqtt port> [<name> <password>]`.
 * Prints how each attempt has ended, as JSON.
 */
const [host = '', httpPort = '', mqttPort = '', username, password] = process.argv.slice(2)
const login = username === undefined ? {} : { username, password: password ?? '' }

/** The code with which the broker refuses, or what it lets one do. */
async function byMqtt(url: string, protocolVersion: 4 | 5): Promise<unknown> {
  const options: IClientOptions = { ...login, protocolVersion, reconnectPeriod: 0, connectTimeout: 5_000 }
  const will = { topic: 'stranger/will', payload: Buffer.from('x'), qos: 1 as const, retain: true }
  const client = mqtt.connect(url, { ...options, will })
  const outcome = await new Promise((resolve) => {
    client.once('connect', () => resolve('in'))
    client.once('error', (error) => resolve((error as { code?: unknown }).code ?? 'error'))
    client.once('close', () => resolve('closed'))
  })
  if (outcome === 'in') {
    await client.subscribeAsync('#', { qos: 1 })
    await client.publishAsync('stranger/mqtt', 'x', { qos: 1, retain: true })
  }
  await client.endAsync(outcome !== 'in')
  return outcome
}

async function byHttp(method: string, path: string, headers: Record<string, string> = {}): Promise<unknown> {
  const response = await fetch(`http://${host}:${httpPort}${path}`, {
    method,
    headers,
    ...(method !== 'GET' && { body: '{}' }),
  })
  return response.status
}

const json = { 'content-type': 'application/json' }
process.stdout.write(
  JSON.stringify({
    mqtt: await byMqtt(`mqtt://${host}:${mqttPort}`, 4),
    mqtt5: await byMqtt(`mqtt://${host}:${mqttPort}`, 5),
    webSocket: await byMqtt(`ws://${host}:${httpPort}/mqtt`, 4),
    publish: await byHttp('POST', '/api/mqtt/stranger/http'),
    retain: await byHttp('PUT', '/api/mqtt/stranger/http'),
    read: await byHttp('GET', '/api/mqtt/stranger/http'),
    rules: await byHttp('GET', '/api/broker/rules'),
    openDoors: await byHttp('PUT', '/api/broker/doors', json),
    addUser: await byHttp('POST', '/api/users', json),
    setUp: await byHttp('POST', '/api/setup', json),
    live: await byHttp('GET', '/socket.io/?EIO=4&transport=polling'),
  }),
)
