import type { Parcel } from '#kit/runtime/outbox.ts'
import { spoken } from '#kit/sentence.ts'
import { telegramBot } from '#nodes/connections/telegram-bot/definition.ts'
import type { TelegramLetter } from '#nodes/connections/telegram-bot/letter.ts'
import { telegramBotRuntime } from '#nodes/connections/telegram-bot/runtime.ts'
import { FakePostDesk } from './fake-outbox.ts'
import { fakeServices } from './fake-services.ts'
import { type FakeTelegram, startFakeTelegram } from './fake-telegram.ts'
import { VirtualClock } from './virtual-clock.ts'

export const ANNA = 4711
export const GROUP = -100

/** A bot of the house before the fake Telegram, with a person and a group, in virtual time. */
export class BotRig implements AsyncDisposable {
  readonly clock = new VirtualClock()
  readonly statuses: [string, string | undefined][] = []
  readonly logs: string[] = []
  /** What lasts when the bot is opened again. */
  readonly posts = new FakePostDesk()
  telegram!: FakeTelegram
  #stop = new AbortController()
  #number = 0

  static async start(): Promise<BotRig> {
    const rig = new BotRig()
    rig.telegram = await startFakeTelegram({ clock: rig.clock })
    rig.telegram.addChat(ANNA, { name: 'Anna' })
    rig.telegram.addChat(GROUP, { name: 'WG' })
    return rig
  }

  open(config: { readonly token?: string; readonly apiRoot?: string } = {}) {
    const { clock, telegram } = this
    this.#stop = new AbortController()
    const opened = telegramBotRuntime.open({
      id: 'bot',
      config: telegramBot.config.parse({ token: telegram.token, ...config }),
      clock,
      signal: this.#stop.signal,
      services: { ...fakeServices(), posts: this.posts, endpoints: { telegram: telegram.root } },
      status: (state, text) => this.statuses.push([state, text && spoken(text).text]),
      log: (_, text) => this.logs.push(spoken(text).text),
      own: (resource) => resource,
    })
    const { carrier } = opened
    if (!carrier) throw new Error('a bot has no carrier')
    return {
      ...opened,
      carrier,
      /** One try with the next parcel. */
      send: (letter: Partial<TelegramLetter> = {}, parcel: Partial<Parcel> = {}) =>
        carrier.send(this.parcel(letter, parcel)),
    }
  }

  /** As the house does it: what is under way ends. */
  close(): void {
    this.#stop.abort()
  }

  parcel(letter: Partial<TelegramLetter> = {}, changes: Partial<Parcel> = {}): Parcel {
    this.#number++
    return {
      number: this.#number,
      from: { flow: 'flow', node: 'phone' },
      target: String(ANNA),
      body: { text: 'Bell', html: false, silent: false, language: 'en', buttons: [], ...letter },
      urgency: 'normal',
      count: 1,
      at: this.clock.now(),
      mayBeDouble: false,
      ...changes,
    }
  }

  /** Waits for what the network brings, while the clock stands still. */
  async until(condition: () => boolean): Promise<void> {
    while (!condition()) await this.clock.advance(0)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close()
    await this.telegram.close()
  }
}
