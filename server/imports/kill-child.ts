import { emptyFlow } from '#flows/flow.ts'
import { openStore } from '../store/open-store.ts'

/**
 * A server that only imports, for `kill.test.ts` to kill: says the number of each import as soon as it is
 * acknowledged. Arguments: the data folder, how many flows an import has.
 */
const [dataDir = '', size = '1'] = process.argv.slice(2)
const store = await openStore({ dataDir, log: { info() {}, warn() {}, error() {} } })

async function importFrom(first: number): Promise<void> {
  for (let number = first; ; number += 4) {
    const name = `import-${number}`
    const flows = Array.from({ length: Number(size) }, (_, index) => emptyFlow(`${name}-${index}`, name))
    const connection = { id: name, type: 'mqtt', name, config: { host: 'far.example' } }
    await store.imports.apply({
      connections: [{ connection, secrets: { password: 'geheim' } }],
      drafts: flows.map((flow) => ({ flow, put: { imported: true } })),
    })
    process.stdout.write(`${number}\n`)
  }
}
await Promise.all([0, 1, 2, 3].map(importFrom))
