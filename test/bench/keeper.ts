import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { KeeperCommand } from './keeper-process.ts'

/** Sees to it that no server and no data outlives the benchmark, even one that is killed. */
export class Keeper implements Disposable {
  readonly #process = fork(join(import.meta.dirname, 'keeper-process.ts'))

  keep(child: ChildProcess): void {
    const { pid } = child
    if (pid === undefined) return
    this.#tell({ kind: 'keep', pid })
    child.once('exit', () => this.#tell({ kind: 'release', pid }))
  }

  keepFolder(path: string): void {
    this.#tell({ kind: 'folder', path })
  }

  #tell(command: KeeperCommand): void {
    if (this.#process.connected) this.#process.send(command)
  }

  [Symbol.dispose](): void {
    this.#process.disconnect()
  }
}
