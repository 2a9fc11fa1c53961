/** What has gone through the broker since the start, and who is held now. Plain fields, so that counting costs next to nothing. */
export class Traffic {
  /** PUBLISH packets from clients, by QoS. */
  readonly received: [number, number, number] = [0, 0, 0]
  /** Messages that have taken the short way, past aedes. */
  byLane = 0
  /** PUBLISH packets to clients, by QoS. */
  readonly sent: [number, number, number] = [0, 0, 0]
  /** Messages handed to flows, and published by flows and the API. */
  toFlows = 0
  fromHouse = 0
  bytesIn = 0
  bytesOut = 0
  /** Clients of which nothing is read at the moment, for what they send to does not keep up. */
  heldPublishers = 0
}
