import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareBrokers } from './broker/measure-broker.ts'
import { measureEditor } from './editor/measure-editor.ts'
import { NodeRedEditor } from './editor/node-red-editor.ts'
import { WirehouseEditor } from './editor/wirehouse-editor.ts'
import { measureHop } from './hop/measure-hop.ts'
import { Keeper } from './keeper.ts'
import { Loader } from './load/loader.ts'
import { measureCeiling } from './load/measure-ceiling.ts'
import { measureScenario } from './measure.ts'
import { measureObservation } from './measure-observation.ts'
import { measureReady } from './measure-ready.ts'
import { type BenchOptions, parseOptions } from './options.ts'
import { installMosquitto } from './peers/install-mosquitto.ts'
import { installNodeRed } from './peers/install-node-red.ts'
import { NodeRed } from './peers/node-red.ts'
import type { Peer } from './peers/peer.ts'
import { Wirehouse } from './peers/wirehouse.ts'
import { preparePuback } from './puback/measure-puback.ts'
import { Results } from './report/results.ts'
import { formatTable } from './report/table.ts'
import { toJson } from './report/to-json.ts'
import { MANY_FLOWS, ONE_FLOW, scenarios } from './scenarios.ts'

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
  const ours = new Wirehouse(keeper)
  const mosquitto = options.peers ? installMosquitto() : undefined
  const nodeRed = mosquitto && new NodeRed(keeper, installNodeRed(), mosquitto)
  const peers = [ours, ...(nodeRed ? [nodeRed] : [])]
  introduce(peers, options)
  const root = await mkdtemp(join(tmpdir(), 'wirehouse-bench-'))
  keeper.keepFolder(root)
  const results = new Results()
  using loader = new Loader()
  await introduceLoad(loader, keeper)
  const measureLoads = await prepareLoads(peers, root, loader, options, results)
  await using puback = options.only.has('puback') ? await preparePuback(root, ours) : undefined
  const theirs = nodeRed && mosquitto && { name: nodeRed.name, mosquitto }
  await using brokers = options.only.has('broker')
    ? await prepareBrokers({ root, keeper, ours, theirs })
    : undefined
  for (let round = 1; round <= options.rounds; round++) {
    const say = (text: string): void => print(`round ${round} of ${options.rounds}: ${text}`)
    await measureLoads(say)
    if (puback) {
      say('PUBACK with storage and without')
      await puback.measure(options.seconds, results)
    }
    if (brokers) {
      say('the broker alone')
      await brokers.measure(options.seconds, results)
    }
    if (options.only.has('hop')) {
      say('a hop')
      await measureHop(join(root, `hop-${round}`), ours, nodeRed, results)
    }
    if (options.only.has('observation')) {
      say('an editor watches')
      await measureObservation({
        folder: join(root, `watched-${round}`),
        ours,
        keeper,
        loader,
        results,
        ...options,
      })
    }
    if (options.only.has('editor')) {
      const editors = [
        new WirehouseEditor(keeper),
        ...(options.peers ? [new NodeRedEditor(keeper, installNodeRed())] : []),
      ]
      await measureEditor({ folder: join(root, `editor-${round}`), peers: editors, results, say })
    }
    if (options.only.has('ready')) {
      say('npm start')
      await measureReady(join(root, `ready-${round}`), keeper, results)
    }
  }
  for (const { name } of peers) compareStarts(name, results)
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

/** Who comes near these rates is as quick as the load, or as sockets on this machine are. */
async function introduceLoad(loader: Loader, keeper: Keeper): Promise<void> {
  const [few, fewAcknowledged, many] = [
    await measureCeiling(loader, keeper, 0, 10),
    await measureCeiling(loader, keeper, 1, 10),
    await measureCeiling(loader, keeper, 0, 496),
  ].map((rate) => Math.round(rate).toLocaleString('en'))
  print(
    `the load alone, on a mirror: ${few} messages/s at QoS 0, ${fewAcknowledged} at QoS 1, ${many} with 500 connections`,
  )
}

/** Answers one round, in turns: what else the machine does while one is measured, it probably also does while the other is. */
async function prepareLoads(
  peers: readonly Peer[],
  root: string,
  loader: Loader,
  { seconds, only }: BenchOptions,
  results: Results,
): Promise<(say: (text: string) => void) => Promise<void>> {
  const turns = scenarios
    .filter(({ id }) => only.has(id))
    .flatMap((scenario) =>
      peers.map((peer) => ({ scenario, peer, folder: join(root, `${peer.name}-${scenario.id}`) })),
    )
  for (const { scenario, peer, folder } of turns) {
    await mkdir(folder)
    await peer.prepare(folder, scenario.flows)
  }
  return async (say) => {
    for (const turn of turns) {
      say(`${turn.peer.name}, ${turn.scenario.title}`)
      await measureScenario({ ...turn, loader, seconds, results })
    }
  }
}

/** What a start takes longer for a thousand flows, round by round. */
function compareStarts(peer: string, results: Results): void {
  const startsOf = (group: string) => results.valuesOf(peer, group, 'start to first message, ms')
  const record = results.recorder(peer, MANY_FLOWS)
  for (const [round, many] of startsOf(MANY_FLOWS).entries()) {
    const one = startsOf(ONE_FLOW)[round]
    if (one !== undefined) record('start later than with one flow, ms', many - one)
  }
}
