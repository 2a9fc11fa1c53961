/** A system under test. */
export interface Peer {
  readonly name: string
  /** What it is made of, with versions. */
  readonly description: string
  /** Messages on their way at which it is quickest without losing any, if not those of the load. */
  readonly bestWindow?: number
  /** Puts flows into an empty folder, for the starts that follow. */
  prepare(folder: string, flows: readonly BenchFlow[]): Promise<void>
  /** Starts with a prepared folder; may resolve before the flows run. Listens on loopback only. */
  start(folder: string, options?: StartOptions): Promise<RunningPeer>
}

export interface StartOptions {
  /** Messages of QoS 1 are to be on disk before they are acknowledged, where the system can do that. */
  readonly inbox?: boolean
}

/** Ends all its processes when disposed of. */
export interface RunningPeer extends AsyncDisposable {
  readonly mqttPort: number
  readonly pids: readonly number[]
}

/**
 * `mqtt-in → function (parse JSON, threshold) → filter (report by exception) → mqtt-out`: a reading
 * on `<lane>/sensors/<sensor>/temperature` leaves on `<lane>/alarms/<sensor>` as it came, with `hot` added.
 */
export interface BenchFlow {
  readonly id: string
  /** Of both MQTT nodes. */
  readonly qos: 0 | 1
  readonly lane: string
  /** One sensor's name, or `+` for all. */
  readonly sensor: string
}
