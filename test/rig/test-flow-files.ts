import { readFileSync } from 'node:fs'
import { parseFlowFile } from '#flows/parse-flow.ts'
import { runFlowTest } from './flow-rig.ts'

/** `wirehouse test <flow.json> …`: runs the tests that flow files carry, in virtual time. Exits with 1 if one fails. */
const print = (text: string): void => void process.stdout.write(`${text}\n`)

let passed = 0
let failed = 0

for (const file of process.argv.slice(2)) {
  const text = readText(file)
  const parsed = text === undefined ? undefined : parseFlowFile(text)
  if (!parsed?.ok) {
    failed++
    for (const { message } of parsed?.problems ?? []) print(`✗ ${file}: ${message}`)
    continue
  }
  for (const flow of parsed.value) {
    print(`${flow.name} (${file})${flow.tests.length === 0 ? ': carries no tests' : ''}`)
    for (const test of flow.tests) {
      const complaints = await runFlowTest(flow, test).catch((error: unknown) => [String(error)])
      if (complaints.length === 0) passed++
      else failed++
      print(`  ${complaints.length === 0 ? '✓' : '✗'} ${test.name}`)
      for (const complaint of complaints) print(`      ${complaint}`)
    }
  }
}
print(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    print(`✗ ${file}: ${(error as Error).message}`)
    return undefined
  }
}
