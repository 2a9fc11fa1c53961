import { startFakeTelegram } from '../fake-telegram.ts'

/** What a fake Telegram in a process of its own answers, and is asked. */
export type TelegramReport =
  | { readonly kind: 'listens'; readonly root: string }
  | { readonly kind: 'sent'; readonly chat: number; readonly text: string }

const [token = '', chats = '0'] = process.argv.slice(2)
/** More than any test sends: what is tested is that nothing is lost, not that it is slow. */
const unlimited = { chatBurst: 1e6, chatPerSecond: 1e6, groupPerMinute: 1e6, allPerSecond: 1e6 }
const telegram = await startFakeTelegram({ token, limits: unlimited })
for (let chat = 1; chat <= Number(chats); chat++) telegram.addChat(chat)
const say = (report: TelegramReport): void => void process.send?.(report)
process.on('disconnect', () => process.exit())
say({ kind: 'listens', root: telegram.root })
for (let told = 0; ; ) {
  await telegram.until(({ messages }) => messages.length > told)
  for (const { chat, text } of telegram.messages.slice(told)) say({ kind: 'sent', chat, text })
  told = telegram.messages.length
}
