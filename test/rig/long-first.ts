import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What takes longest comes first, so that no worker is left alone with it at the end. */
const long = [
  'end-to-end/areas',
  'hosts/hostile-bodies',
  'end-to-end/kill-alarms',
  'broker/memory',
  'hosts/memory',
  'end-to-end/topics',
  'end-to-end/',
  'sandbox/hostile-bodies',
  'power/',
  'drafts/',
  'house/open-house',
  'hosts/',
  'try/',
  'broker/',
  'bridges/',
  'user-code/',
  'house-tls',
  'dead-letter-desk',
  'backups/damage',
]

const rank = ({ moduleId }: TestSpecification): number => {
  const index = long.findIndex((part) => moduleId.includes(`/${part}`))
  return index === -1 ? long.length : index
}

/** Orders by kind: a fresh clone knows no durations, and the size of a file says little. */
export class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other))
  }
}
