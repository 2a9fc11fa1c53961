/** What one connection has carried. Plain fields, so that counting costs next to nothing. */
export class Carried {
  /** PUBLISH packets. */
  messagesIn = 0
  messagesOut = 0
  bytesIn = 0
  bytesOut = 0
  /** Messages of QoS 0 that the client has missed, for it did not keep up. */
  dropped = 0
}
