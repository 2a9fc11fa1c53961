import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { TelegramReport } from './telegram/telegram-child.ts'

/** A fake Telegram that lives on when everything else is killed, and counts. Nobody is too fast for it. */
export class TelegramProcess implements Disposable {
  readonly token: string
  readonly root: string
  /** In the order in which they came. */
  readonly sent: { readonly chat: number; readonly text: string }[] = []
  readonly #child: ChildProcess

  private constructor(child: ChildProcess, token: string, root: string) {
    this.#child = child
    this.token = token
    this.root = root
    child.on('message', (report: TelegramReport) => {
      if (report.kind === 'sent') this.sent.push(report)
    })
  }

  /** With chats 1 to `chats`. */
  static async start(chats: number): Promise<TelegramProcess> {
    const token = '123456:fake-token-of-the-test-house'
    const child = fork(join(import.meta.dirname, 'telegram/telegram-child.ts'), [token, String(chats)])
    const [report] = (await once(child, 'message')) as [TelegramReport]
    if (report.kind !== 'listens') throw new Error('The fake Telegram does not listen.')
    return new TelegramProcess(child, token, report.root)
  }

  [Symbol.dispose](): void {
    this.#child.disconnect()
  }
}
