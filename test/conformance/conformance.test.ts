import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { iconNames } from 'lucide-react/dynamic'
import { describe, expect, it } from 'vitest'
import { lintFlow } from '#flows/lint-flow.ts'
import { parseFlowFile } from '#flows/parse-flow.ts'
import { allNodes } from '#flows/subflow.ts'
import type { AnyNodeDefinition } from '#kit/define-node.ts'
import type { MessageDraft } from '#kit/message.ts'
import type { Sentence } from '#kit/sentence.ts'
import { connectionDefinitions, nodeDefinitions } from '#nodes/definitions.ts'
import { connectionRuntimes, nodeRuntimes } from '#nodes/runtimes.ts'
import { catalogue, flowRig, runFlowTests } from '#rig/flow-rig.ts'
import { cases } from './cases.ts'
import { NODE, payloadOf, singleNodeFlow } from './single-node-flow.ts'
import {
  type AnyDefinition,
  choicesIn,
  englishTexts,
  entriesOf,
  type FieldSchema,
  isNodeDefinition,
  placesOf,
  portsOf,
  schemaOf,
  shapeOf,
} from './texts.ts'
import { trackedServices } from './tracked-services.ts'

/** Virtual time in which every type must have settled what it took. */
const LONG_ENOUGH_MS = 60_000

const nodesFolder = new URL('../../nodes/', import.meta.url)
const snapshots = new URL('./snapshots/', import.meta.url)

const folderOf = (definition: AnyDefinition): URL =>
  new URL(`${isNodeDefinition(definition) ? '' : 'connections/'}${definition.type}/`, nodesFolder)
const read = (definition: AnyDefinition, file: string): string =>
  readFileSync(new URL(file, folderOf(definition)), 'utf8')

const foldersIn = (folder: URL, besides: readonly string[] = []): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !besides.includes(entry.name))
    .map(({ name }) => name)
    .sort()
const typesOf = (definitions: readonly { readonly type: string }[]): string[] =>
  definitions.map(({ type }) => type).sort()

const noConfig = {}

/** Configs of a type, as they would be written: its defaults, its special cases, and each choice it offers. */
function variantsOf(definition: AnyDefinition): readonly Readonly<Record<string, unknown>>[] {
  const { config = noConfig, variants = [] } = isNodeDefinition(definition)
    ? (cases[definition.type] ?? {})
    : {}
  return [config, ...variants, ...choicesIn(schemaOf(definition)).map((choice) => ({ ...config, ...choice }))]
}

const configsOf = (definition: AnyDefinition): readonly unknown[] =>
  [{}, ...variantsOf(definition)].map((variant) => definition.config.parse(variant))

describe('the lists of types', () => {
  it('name each folder of a node type, and nothing else', () => {
    const folders = foldersIn(nodesFolder, ['kit', 'connections'])
    expect(typesOf(nodeDefinitions)).toEqual(folders)
    expect(typesOf(nodeRuntimes.map(({ definition }) => definition))).toEqual(folders)
  })

  it('name each folder of a connection type, and nothing else', () => {
    const folders = foldersIn(new URL('connections/', nodesFolder))
    expect(typesOf(connectionDefinitions)).toEqual(folders)
    expect(typesOf(connectionRuntimes.map(({ definition }) => definition))).toEqual(folders)
  })
})

const everyDefinition: readonly AnyDefinition[] = [...nodeDefinitions, ...connectionDefinitions]

describe.each(everyDefinition.map((definition) => [definition.type, definition] as const))(
  '%s',
  (type, definition) => {
    it('has a title, one sentence of summary and an icon that exists', () => {
      expect(definition.title).toMatch(/^\p{Lu}.*[^.]$/u)
      expect(definition.summary).toMatch(/^\p{Lu}[^.]*\.$/u)
      expect(iconNames).toContain(definition.icon)
    })

    it('works out its defaults', () => {
      expect(definition.config.safeParse({})).toMatchObject({ success: true })
    })

    it('titles every field', () => {
      expect(untitled(schemaOf(definition))).toEqual([])
    })

    it('says in German exactly what it says in English', () => {
      // What a type says to people is compared with its sources: sentences.test.ts.
      const {
        sentences: _s,
        keywords: _k,
        ...german
      } = JSON.parse(read(definition, 'locales/de.json')) as Record<string, unknown>
      const english = englishTexts(definition, configsOf(definition), cases[type]?.portsNamedByConfig)
      expect(placesOf(german)).toEqual(placesOf(english))
    })

    it('is found by other words in both languages, or in none', () => {
      const { keywords: german = [] } = JSON.parse(read(definition, 'locales/de.json')) as {
        readonly keywords?: readonly string[]
      }
      const english = (isNodeDefinition(definition) && definition.keywords) || []
      expect(german.length > 0).toBe(english.length > 0)
    })

    it('has the config schema of its version', () => {
      const prefix = isNodeDefinition(definition) ? '' : 'connection-'
      const file = new URL(`${prefix}${type}@${definition.version}.json`, snapshots)
      const shape = shapeOf(schemaOf(definition))
      if (!existsSync(file) && !process.env['CI']) writeFileSync(file, `${JSON.stringify(shape, null, 2)}\n`)
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(shape)
    })
  },
)

/** Fields without a title, by their path. */
function untitled({ properties = {} }: FieldSchema, path = ''): readonly string[] {
  return Object.entries(properties).flatMap(([name, schema]) => [
    ...(schema.title ? [] : [`${path}${name}`]),
    ...untitled(entriesOf(schema) ?? {}, `${path}${name}.`),
  ])
}

describe.each(nodeDefinitions.map((definition) => [definition.type, definition] as const))(
  'a node of type %s',
  (type, definition) => {
    const { config = noConfig, messages = {}, posts = false, isTakenOver } = cases[type] ?? {}

    it('calls a single port "in" or "out"', () => {
      for (const one of configsOf(definition)) {
        const { inputs, outputs } = portsOf(definition, one)
        expect(Object.keys(inputs)).toEqual(onlyNamed('in', Object.keys(inputs)))
        expect(Object.keys(outputs)).toEqual(onlyNamed('out', Object.keys(outputs)))
      }
    })

    it.runIf(['output', 'notify', 'device'].includes(definition.group) && type !== 'debug')(
      'says what it means for the guarantee of its flow',
      () => expect(definition.chain).toBeDefined(),
    )

    it.runIf(['output', 'notify', 'device'].includes(definition.group) && type !== 'debug')(
      'says whether it acts on the world outside, for safe mode',
      () => expect(definition.acts).toBeDefined(),
    )

    it.runIf(definition.chain?.isEffect)('acts, where chains end at it', () =>
      expect(definition.acts).toBe(true),
    )

    it('has help in English and German', () => {
      for (const file of ['help.md', 'help.de.md']) expect(read(definition, file).length).toBeGreaterThan(200)
    })

    it('has an example that parses, is clean, and passes its own tests', async () => {
      const parsed = parseFlowFile(exampleIn(read(definition, 'help.md')))
      const [flow] = parsed.ok ? parsed.value : []
      if (!flow) throw new Error(`the example does not parse: ${JSON.stringify(parsed)}`)
      expect(allNodes(flow).map((node) => node.type)).toContain(type)
      expect(lintFlow(flow, catalogue, flow.connections)).toEqual([])
      expect(flow.tests).not.toEqual([])
      expect(await runFlowTests(flow)).toEqual([])
    })

    it.each(variantsOf(definition))('starts and stops with %j and leaves nothing behind', async (one) => {
      const { services, open } = trackedServices()
      const rig = await flowRig(singleNodeFlow(definition, one), { services })
      await rig.clock.advance(1_000)
      await rig[Symbol.asyncDispose]()
      expect(rig.clock.planned).toBe(0)
      expect([...open]).toEqual([])
    })

    const arrivals = variantsOf(definition).flatMap((variant) =>
      inputsWith(definition, variant).map(([port, { kind }]) => [port, variant, kind] as const),
    )
    it.each(arrivals)('settles what comes in by "%s" with %j', async (port, variant, kind) => {
      const draft = { payload: payloadOf[kind], topic: 'a/topic', ...messages[port] }
      const { status, reason } = await settle(definition, variant, port, draft)
      // a value of the right kind can still be a wrong one, and then the node says so
      if (variant !== config && reason) expect(reason).toMatchObject({ name: 'NodeError' })
      else expect({ status, reason }).toEqual({ status: 'fulfilled' })
    })

    it.each(inputsWith(definition, config))(
      'settles each of several that come at once by "%s"',
      async (port, { kind }) => {
        const draft = { payload: payloadOf[kind], topic: 'a/topic', ...messages[port] }
        await using rig = await flowRig(singleNodeFlow(definition, config))
        const outcomes = [1, 2, 3].map(() => follow(rig.send(`${NODE}.${port}`, draft)))
        await rig.clock.advance(LONG_ENOUGH_MS)
        expect(outcomes.map((outcome) => outcome().status)).toEqual(Array(3).fill('fulfilled'))
      },
    )

    it.each(isTakenOver ? [] : emitting(definition, config))(
      'fails what came in by "%s" when what it sent has failed, or makes it a dead letter',
      async (port, { kind }) => {
        const draft = { payload: payloadOf[kind], topic: 'a/topic', ...messages[port] }
        if (posts) {
          await using rig = await flowRig(singleNodeFlow(definition, config, { withThrower: true }))
          await rig.send(`${NODE}.${port}`, draft)
          await rig.clock.advance(LONG_ENOUGH_MS)
          expect(rig.unsettledNews).toMatchObject([{ code: 'FUNCTION_THROW' }])
          return
        }
        const { status, reason, givenUp } = await settle(definition, config, port, draft, {
          withThrower: true,
        })
        expect([status === 'rejected' ? reason : undefined, ...givenUp]).toContainEqual(
          expect.objectContaining({ code: 'FUNCTION_THROW' }),
        )
      },
    )
  },
)

const onlyNamed = (name: string, ports: readonly string[]): readonly string[] =>
  ports.length === 1 ? [name] : ports

const inputsWith = (definition: AnyNodeDefinition, config: Readonly<Record<string, unknown>>) =>
  Object.entries(portsOf(definition, definition.config.parse(config)).inputs)

/** Inputs of a node that has somewhere to send to. */
function emitting(definition: AnyNodeDefinition, config: Readonly<Record<string, unknown>>) {
  const { outputs } = portsOf(definition, definition.config.parse(config))
  return Object.keys(outputs).length > 0 ? inputsWith(definition, config) : []
}

type Outcome = { readonly status: 'fulfilled' | 'rejected' | 'still waiting'; readonly reason?: unknown }

/** Sends one message into a node and answers how it settled, once virtual time has gone on. */
async function settle(
  definition: AnyNodeDefinition,
  config: Readonly<Record<string, unknown>>,
  port: string,
  draft: Partial<MessageDraft>,
  options: { readonly withThrower?: boolean } = {},
): Promise<Outcome & { readonly givenUp: readonly Sentence[] }> {
  await using rig = await flowRig(singleNodeFlow(definition, config, options))
  const outcome = follow(rig.send(`${NODE}.${port}`, draft))
  await rig.clock.advance(LONG_ENOUGH_MS)
  return { ...outcome(), givenUp: rig.services.deadLetters.letters.map(({ error }) => error) }
}

/** Looks at a promise without waiting for it. */
function follow(promise: Promise<void>): () => Outcome {
  let outcome: Outcome = { status: 'still waiting' }
  promise.then(
    () => {
      outcome = { status: 'fulfilled' }
    },
    (reason: unknown) => {
      outcome = { status: 'rejected', reason }
    },
  )
  return () => outcome
}

/** The flow file that a help page ends with. */
function exampleIn(help: string): string {
  const fence = /\n## Example\n.*?```json\n(.*?)\n```\s*$/s.exec(help)
  if (!fence?.[1]) throw new Error('the help does not end with "## Example" and a fence of JSON')
  return fence[1]
}
