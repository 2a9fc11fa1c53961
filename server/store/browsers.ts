import { createECDH, createHash } from 'node:crypto'
import { and, asc, eq, notInArray } from 'drizzle-orm'
import type { Browser, HouseKeys } from '#kit/runtime/browsers.ts'
import type { Clock } from '#kit/runtime/clock.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { Access } from './access.ts'
import { browsers, houseKeys } from './schema/wirehouse.ts'
import type { SecretBox } from './secret-box.ts'
import type { BrowserStore } from './store.ts'

const KEY = 'web-push'
const PLACE = { connection: KEY, field: 'privateKey' }
/** Of one person; the oldest make room. Nobody looks at more, and each costs a request per message. */
const MAX_PER_USER = 20

/** The browsers that show notifications, and the keys of the house for them, the private one sealed. */
export class Browsers implements BrowserStore {
  readonly #access: Access
  readonly #box: SecretBox
  readonly #clock: Clock
  #keys: Promise<HouseKeys> | undefined

  constructor(access: Access, box: SecretBox, clock: Clock) {
    this.#access = access
    this.#box = box
    this.#clock = clock
  }

  keys(): Promise<HouseKeys> {
    this.#keys ??= this.#readKeys().catch((error: unknown) => {
      this.#keys = undefined
      throw error
    })
    return this.#keys
  }

  of(user?: string): readonly Browser[] {
    return this.#access.read
      .select(shown)
      .from(browsers)
      .where(user === undefined ? undefined : eq(browsers.user, user))
      .orderBy(asc(browsers.createdAt), asc(browsers.id))
      .all()
  }

  find(id: string): Browser | undefined {
    return this.#access.read.select(shown).from(browsers).where(eq(browsers.id, id)).get()
  }

  async add({ user, endpoint, p256dh, auth }: Omit<Browser, 'id'>): Promise<string> {
    const { read } = this.#access
    const id = idOf(endpoint)
    const set = { user, endpoint, p256dh, auth, createdAt: this.#clock.now() }
    const others = this.of(user).filter((browser) => browser.id !== id)
    const kept = [id, ...others.slice(-(MAX_PER_USER - 1)).map((browser) => browser.id)]
    await this.#access.write(
      read
        .insert(browsers)
        .values({ id, ...set })
        .onConflictDoUpdate({ target: browsers.id, set }),
      read.delete(browsers).where(and(eq(browsers.user, user), notInArray(browsers.id, kept))),
    )
    return id
  }

  async forget(id: string): Promise<void> {
    await this.#access.write(this.#access.read.delete(browsers).where(eq(browsers.id, id)))
  }

  async forgetEndpoint(endpoint: string): Promise<void> {
    await this.forget(idOf(endpoint))
  }

  async #readKeys(): Promise<HouseKeys> {
    const { read } = this.#access
    const stored = read.select().from(houseKeys).where(eq(houseKeys.id, KEY)).get()
    if (stored) return { publicKey: stored.publicKey, privateKey: this.#open(stored.sealed) }
    const pair = createECDH('prime256v1')
    pair.generateKeys()
    const publicKey = pair.getPublicKey('base64url')
    // a scalar of 32 bytes, also where it begins with zeros
    const privateKey = Buffer.concat([Buffer.alloc(32), pair.getPrivateKey()])
      .subarray(-32)
      .toString('base64url')
    const sealed = this.#box.seal(privateKey, PLACE)
    await this.#access.write(read.insert(houseKeys).values({ id: KEY, publicKey, sealed }))
    return { publicKey, privateKey }
  }

  #open(sealed: Buffer): string {
    const privateKey = this.#box.open(sealed, PLACE)
    if (privateKey !== undefined) return privateKey
    throw new NodeError(
      'HOUSE_KEY_UNREADABLE',
      'The key for notifications in browsers cannot be read: it was saved with another secret.key. Put that file back into the data folder.',
    )
  }
}

const { id, user, endpoint, p256dh, auth } = browsers
const shown = { id, user, endpoint, p256dh, auth }

/** Short, and tells nothing of the endpoint, which is a secret. */
const idOf = (endpoint: string): string =>
  createHash('sha256').update(endpoint).digest('base64url').slice(0, 22)
