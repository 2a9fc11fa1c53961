/** A browser in which somebody has switched on notifications of this house. */
export interface Browser {
  /** Made from its endpoint: the same browser has the same. */
  readonly id: string
  readonly user: string
  /** Where its maker takes messages for it. Whoever knows it, and has the keys of the house, can write to it. */
  readonly endpoint: string
  /** Its public key on the curve P-256, uncompressed, in base64url. */
  readonly p256dh: string
  /** 16 bytes that it shares with the house, in base64url. */
  readonly auth: string
}

/** By which browsers know the house (RFC 8292): a pair of keys on P-256, both in base64url. */
export interface HouseKeys {
  /** Uncompressed. */
  readonly publicKey: string
  readonly privateKey: string
}

/** The browsers that may be written to. */
export interface BrowserDesk {
  /** Made at the first call, and kept: another pair would shut out every browser. */
  keys(): Promise<HouseKeys>
  /** Of one person, or of all. */
  of(user?: string): readonly Browser[]
  find(id: string): Browser | undefined
  /** The browser has switched notifications off, or is no more. */
  forget(id: string): Promise<void>
}
