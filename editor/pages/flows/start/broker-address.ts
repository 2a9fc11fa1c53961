import { useIsOwner, useListeners } from '../../../api/queries.ts'

const isHere = (): boolean => ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname)

/** Where devices find the broker: `pi.local:1883`. Only an owner may know its ports; others get the name. */
export function useBrokerAddress(): string {
  const isOwner = useIsOwner()
  const { data } = useListeners(isOwner)
  const host = isHere() ? (data?.reachedAs[0] ?? location.hostname) : location.hostname
  return data ? `${host}:${data.ports.mqtt}` : host
}

/** Where a phone in the same network finds the house. */
export function useHouseAddress(): string {
  const isOwner = useIsOwner()
  const { data } = useListeners(isOwner)
  if (!isHere() || !data?.reachedAs[0]) return location.origin
  return `http://${data.reachedAs[0]}:${data.ports.http}`
}
