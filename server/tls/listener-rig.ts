import { MemorySettings } from '../access/access-rig.ts'
import type { DeviceCertificate, DeviceCertificateStore, PreSharedKeyStore } from '../store/store.ts'
import { ListenerDesk, type ListenerDeskOptions } from './listener-desk.ts'

/** In memory. */
export class MemoryKeys implements PreSharedKeyStore {
  readonly #keys = new Map<string, { readonly user: string; readonly key: Buffer }>()

  list = () => [...this.#keys].map(([identity, { user }]) => ({ identity, user, createdAt: 0 }))
  async add(identity: string, user: string, key: Uint8Array): Promise<boolean> {
    if (this.#keys.has(identity)) return false
    this.#keys.set(identity, { user, key: Buffer.from(key) })
    return true
  }
  async remove(identity: string): Promise<string | undefined> {
    const user = this.#keys.get(identity)?.user
    this.#keys.delete(identity)
    return user
  }
  key = (identity: string): Buffer | undefined => this.#keys.get(identity)?.key
}

/** In memory. */
export class MemoryCertificates implements DeviceCertificateStore {
  readonly #certificates = new Map<string, DeviceCertificate>()

  list = () => [...this.#certificates.values()]
  async add(certificate: DeviceCertificate): Promise<void> {
    this.#certificates.set(certificate.serial, certificate)
  }
  async remove(serial: string): Promise<string | undefined> {
    const user = this.userOf(serial)
    this.#certificates.delete(serial)
    return user
  }
  async clear(): Promise<void> {
    this.#certificates.clear()
  }
  userOf = (serial: string): string | undefined => this.#certificates.get(serial)?.user
}

/** The desk over memory; TLS is off unless it is given. */
export const listenerDesk = (
  options: Pick<ListenerDeskOptions, 'broker' | 'users' | 'clock'> & Partial<ListenerDeskOptions>,
): ListenerDesk =>
  new ListenerDesk({
    tls: undefined,
    preSharedKeys: new MemoryKeys(),
    deviceCertificates: new MemoryCertificates(),
    settings: new MemorySettings(),
    host: '127.0.0.1',
    ...options,
  })
