import type { DeviceLink, ObserveOptions } from '#nodes/connections/brickd/definition.ts'
import type { Output } from './devices/device.ts'

/** What happens once is told at once, and each time. */
const EACH: ObserveOptions = { periodMs: 0, onlyChanges: false }

/** Listens to what an output tells, for as long as the answer lives. `readings` is how often numbers may come. */
export function listen(
  device: DeviceLink,
  output: Output,
  readings: ObserveOptions,
  tell: (payload: number | boolean) => void,
): readonly Disposable[] {
  switch (output.says) {
    case 'reading':
      return [listenToReading(device, output, readings, tell)]
    case 'event':
      return [device.observe(output.source, EACH, () => tell(true))]
    case 'turn':
      return [listenToTurn(device, output, tell)]
    case 'state': {
      const tellChange = changes(tell)
      return [
        device.observe(output.source, EACH, (values) => tellChange(values[output.field] === output.value)),
      ]
    }
    case 'between': {
      const tellChange = changes(tell)
      return [
        device.observe(output.begin, EACH, () => tellChange(true)),
        device.observe(output.end, EACH, () => tellChange(false)),
      ]
    }
  }
}

type Of<Says extends Output['says']> = Extract<Output, { readonly says: Says }>

/** A source may say several values at once: with "only changes", each output looks at its own. */
function listenToReading(
  device: DeviceLink,
  { source, field, divisor }: Of<'reading'>,
  options: ObserveOptions,
  tell: (value: number) => void,
): Disposable {
  const tellReading = options.onlyChanges ? changes(tell) : tell
  return device.observe(source, options, (values) => tellReading(Number(values[field]) / divisor))
}

/** A button that was down already when we came has not been pressed. */
function listenToTurn(
  device: DeviceLink,
  { source, field, value }: Of<'turn'>,
  tell: (payload: boolean) => void,
): Disposable {
  let before = false
  return device.observe(source, EACH, (values, isNews) => {
    const is = values[field] === value
    if (isNews && is && !before) tell(true)
    before = is
  })
}

function changes<Payload extends number | boolean>(
  tell: (payload: Payload) => void,
): (payload: Payload) => void {
  let told: Payload | undefined
  return (payload) => {
    if (payload === told) return
    told = payload
    tell(payload)
  }
}
