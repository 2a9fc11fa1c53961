import type { PublishLog } from '../../store/store.ts'

/** Keys of requests in memory. */
export class FakePublishLog implements PublishLog {
  readonly #digests = new Map<string, string>()
  digest = (user: string, key: string): string | undefined => this.#digests.get(`${user} ${key}`)
  async add(user: string, key: string, digest: string): Promise<void> {
    this.#digests.set(`${user} ${key}`, digest)
  }
}
