import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Keeper } from './keeper.ts'
import { Loader } from './load/loader.ts'
import { measureScenario } from './measure.ts'
import { type BenchOptions, parseOptions } from './options.ts'
import { installMosquitto } from './peers/install-mosquitto.ts'
import { installNodeRed } from './peers/install-node-red.ts'
import { NodeRed } from './peers/node-red.ts'
import type { Peer } from './peers/peer.ts'
import { Wirehouse } from './peers/wirehouse.ts'
import { Results } from './report/results.ts'
import { formatTable } from './report/table.ts'
import { toJson } from './report/to-json.ts'
import { scenarios } from './scenarios.ts'

const print = (text: string): void => void process.stdout.write(`${text}\n`)
// what was started is ended, and what was written removed, by the keeper
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(1))

try {
  await bench(parseOptions(process.argv.slice(2)))
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}

async function bench(options: BenchOptions): Promise<void> {
  using keeper = new Keeper()
  const peers: Peer[] = [new Wirehouse(keeper)]
  if (options.peers) peers.push(new NodeRed(keeper, installNodeRed(), installMosquitto()))
  introduce(peers, options)
  const root = await mkdtemp(join(tmpdir(), 'wirehouse-bench-'))
  keeper.keepFolder(root)
  const results = await measureAll(peers, root, options)
  print(
    `\n${formatTable(
      results.measures,
      peers.map(({ name }) => name),
    )}\n`,
  )
  for (const note of results.notes) print(note)
  if (options.json !== undefined) await writeFile(options.json, toJson(results, peers))
  if (results.failures.length > 0) throw new Error(results.failures.join('\n'))
}

function introduce(peers: readonly Peer[], { rounds, seconds }: BenchOptions): void {
  print('mqtt-in → function (parse JSON, threshold) → filter (changed) → mqtt-out')
  for (const { description } of peers) print(`  ${description}`)
  print(
    `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}, load average ${loadavg()[0]?.toFixed(1)}`,
  )
  print(
    `median of ${rounds} rounds of ${seconds} s each (least – most); other work on the machine shows in all of them`,
  )
}

/** In turns: what else the machine does while one is measured, it probably also does while the other is. */
async function measureAll(
  peers: readonly Peer[],
  root: string,
  { rounds, seconds }: BenchOptions,
): Promise<Results> {
  const results = new Results()
  using loader = new Loader()
  const turns = scenarios.flatMap((scenario) =>
    peers.map((peer) => ({ scenario, peer, folder: join(root, `${peer.name}-${scenario.id}`) })),
  )
  for (const { scenario, peer, folder } of turns) {
    await mkdir(folder)
    await peer.prepare(folder, scenario.flows)
  }
  for (let round = 1; round <= rounds; round++)
    for (const turn of turns) {
      print(`round ${round} of ${rounds}: ${turn.peer.name}, ${turn.scenario.title}`)
      await measureScenario({ ...turn, loader, seconds, results })
    }
  return results
}
