/** How often each limit was met since the start. */
export class LimitHits {
  /** Connections that were turned away, for there were too many, or too many from one address. */
  connections = 0
  connectionsPerAddress = 0
  /** Connections that had to wait for their turn. */
  connects = 0
  subscriptions = 0
  packets = 0
  topics = 0
  /** Retained messages that were too large, or too many, to be kept. */
  retained = 0
  /** How often a client that sent too fast was slowed down. */
  rates = 0
}
