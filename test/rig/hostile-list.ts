import { hostileBodies } from '#server/user-code/hostile-bodies.ts'
import { createSandboxedCodeService } from '#server/user-code/sandbox/sandboxed-code-service.ts'
import { functionRig } from './function-rig.ts'
import { runHostile } from './hostile-run.ts'

// A process of its own, in which the whole list runs in one sandbox: what it prints is by how many MB its
// memory has ever grown meanwhile.

const MB = 1024 * 1024
const service = createSandboxedCodeService({ stuckMs: 100 })
// the engine itself is loaded once
await using neighbour = (await functionRig(service, 'return message')).fn
const before = process.memoryUsage.rss()
for (const body of hostileBodies) {
  const { hostile } = await runHostile(service, body)
  await hostile?.fn[Symbol.asyncDispose]()
  await neighbour.call({ id: 'm', payload: 1 })
}
process.stdout.write(String(Math.round((process.resourceUsage().maxRSS * 1024 - before) / MB)))
