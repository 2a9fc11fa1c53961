import { accessRig } from '#server/access/access-rig.ts'
import { createBroker } from './aedes-engine.ts'

/** A broker as a program of its own, for tests that end it without warning: `node broker-process.ts <database> [port]`; prints its port. */
const [, , database = '', wantedPort = '0'] = process.argv
const complain = (text: string) => process.stderr.write(`${text}\n`)
const broker = await createBroker({
  database,
  access: accessRig().desk,
  log: { info() {}, warn: complain, error: complain },
})
const { port } = await broker.listen({ host: '127.0.0.1', port: Number(wantedPort) })
process.stdout.write(`${port}\n`)
