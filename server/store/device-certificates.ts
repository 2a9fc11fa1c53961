import { asc, eq, lt } from 'drizzle-orm'
import type { Clock } from '#kit/runtime/clock.ts'
import type { Access } from './access.ts'
import { mqttCertificates } from './schema/wirehouse.ts'
import type { DeviceCertificate, DeviceCertificateStore } from './store.ts'

/** The certificates of devices by their serial numbers; the certificates themselves are with the devices. */
export class DeviceCertificates implements DeviceCertificateStore {
  readonly #access: Access
  readonly #clock: Clock

  constructor(access: Access, clock: Clock) {
    this.#access = access
    this.#clock = clock
  }

  list(): readonly DeviceCertificate[] {
    const { user, createdAt } = mqttCertificates
    return this.#access.read.select().from(mqttCertificates).orderBy(asc(user), asc(createdAt)).all()
  }

  async add(certificate: DeviceCertificate): Promise<void> {
    const { read } = this.#access
    await this.#access.write(
      read.delete(mqttCertificates).where(lt(mqttCertificates.validUntil, this.#clock.now())),
      read.insert(mqttCertificates).values(certificate),
    )
  }

  async remove(serial: string): Promise<string | undefined> {
    const user = this.userOf(serial)
    const { read } = this.#access
    await this.#access.write(read.delete(mqttCertificates).where(eq(mqttCertificates.serial, serial)))
    return user
  }

  async clear(): Promise<void> {
    await this.#access.write(this.#access.read.delete(mqttCertificates))
  }

  userOf(serial: string): string | undefined {
    const { user } = mqttCertificates
    const { read } = this.#access
    return read.select({ user }).from(mqttCertificates).where(eq(mqttCertificates.serial, serial)).get()?.user
  }
}
