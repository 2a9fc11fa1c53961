import { readFileSync } from 'node:fs'
import { cwd } from 'node:process'
import { parseArgs } from 'node:util'
import type { Flow } from '#flows/flow.ts'
import { parseFlowFile } from '#flows/parse-flow.ts'
import type { TestDifference, TestResult } from '#flows/test-result.ts'
import { realClock } from '#server/engine/real-clock.ts'
import { TrialDesk } from './trial-desk.ts'

/**
 * `wirehouse test [--json] [--untrusted] <flow.json> …`: runs the tests that flow files carry, in virtual time.
 * Exits with 0 if all have passed, 1 if one has failed, 2 if a file could not be read or the command is wrong.
 */
interface FileReport {
  readonly file: string
  /** Why it could not be read. */
  readonly problems: readonly string[]
  readonly flows: readonly FlowReport[]
}

interface FlowReport {
  readonly id: string
  readonly name: string
  readonly tests: readonly TestResult[]
}

/** The report as `--json` prints it. */
interface Report {
  readonly passed: number
  readonly failed: number
  readonly unreadable: number
  readonly files: readonly FileReport[]
}

const usage = 'Usage: npx wirehouse test [--json] [--untrusted] <flow.json> …\n'

const asked = readCommand()
if (asked) process.exitCode = await run(asked)
else {
  process.stderr.write(usage)
  process.exitCode = 2
}

function readCommand() {
  try {
    const options = { json: { type: 'boolean' }, untrusted: { type: 'boolean' } } as const
    const { values, positionals } = parseArgs({ options, allowPositionals: true })
    return positionals.length > 0 ? { ...values, files: positionals } : undefined
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n`)
    return undefined
  }
}

async function run({ files, json, untrusted }: NonNullable<typeof asked>): Promise<number> {
  await using desk = new TrialDesk({
    clock: realClock,
    hosts: {
      heapMb: 192,
      stuckMs: 500,
      settings: { endpoints: { telegram: 'http://127.0.0.1:9' }, libraries: [], libraryFolder: cwd() },
    },
  })
  const test = (flow: Flow) => desk.test({ flow, isTrusted: !untrusted })
  const reports: FileReport[] = []
  for (const file of files) reports.push(await testFile(file, test))
  const results = reports.flatMap(({ flows }) => flows.flatMap(({ tests }) => tests))
  const report: Report = {
    passed: results.filter(({ isPassed }) => isPassed).length,
    failed: results.filter(({ isPassed }) => !isPassed).length,
    unreadable: reports.filter(({ problems }) => problems.length > 0).length,
    files: reports,
  }
  process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : write(report))
  if (report.unreadable > 0) return 2
  return report.failed > 0 ? 1 : 0
}

async function testFile(
  file: string,
  test: (flow: Flow) => Promise<readonly TestResult[]>,
): Promise<FileReport> {
  const parsed = readFlows(file)
  if (!parsed.ok) return { file, problems: parsed.problems.map(({ message }) => message), flows: [] }
  const flows: FlowReport[] = []
  for (const flow of parsed.value) flows.push({ id: flow.id, name: flow.name, tests: await test(flow) })
  return { file, problems: [], flows }
}

function readFlows(file: string) {
  try {
    return parseFlowFile(readFileSync(file, 'utf8'))
  } catch (error) {
    return { ok: false, problems: [{ message: (error as Error).message }] } as const
  }
}

function write({ passed, failed, unreadable, files }: Report): string {
  const count = `${passed} passed, ${failed} failed${unreadable > 0 ? `, ${unreadable} not read` : ''}`
  return [...files.flatMap(writeFile), count, ''].join('\n')
}

function writeFile({ file, problems, flows }: FileReport): readonly string[] {
  return [
    ...problems.map((problem) => `✗ ${file}: ${problem}`),
    ...flows.flatMap(({ name, tests }) => [
      `${name} (${file})${tests.length === 0 ? ': carries no tests' : ''}`,
      ...tests.flatMap(writeTest),
    ]),
  ]
}

function writeTest({ name, isPassed, differences }: TestResult): readonly string[] {
  return [`  ${isPassed ? '✓' : '✗'} ${name}`, ...differences.flatMap(writeDifference)]
}

function writeDifference(difference: TestDifference): readonly string[] {
  if (difference.kind === 'failure')
    return [`      ${difference.node === undefined ? '' : `${difference.node}: `}${difference.why.message}`]
  const { place, expected, received, receivedCount } = difference
  const more = receivedCount - received.length
  return [
    `      ${place}`,
    `        expected  ${JSON.stringify(expected)}`,
    `        received  ${JSON.stringify(received)}${more > 0 ? ` and ${more} more` : ''}`,
  ]
}
