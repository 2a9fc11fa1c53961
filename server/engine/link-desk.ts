/** Where nodes get the links of their connections: opened here, or proxies of what is open elsewhere. */
export interface LinkDesk {
  /** The link of a connection, which stays open until this user releases it. Throws a `NodeError` if there is none. */
  use(connection: string, user: object): unknown
  /** The user needs none of its links any more. */
  release(user: object): Promise<void>
}
