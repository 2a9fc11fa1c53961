import { isRecord, type Raw } from './entries.ts'

/** Properties in which nodes from elsewhere keep what nobody else may know. */
const secretName = /passw|passphrase|secret|token|credential|api_?key|private_?key|bearer|authorization/i

/** A copy of what a Node-RED entry holds, without the properties of any node and without what looks like a secret. */
export function keptConfig(raw: Raw): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(raw).flatMap(([key, value]) => {
      if (drawing.has(key) || secretName.test(key)) return []
      return [[key, redact(value)]]
    }),
  )
}

/** Whether `keptConfig` leaves out something that looks like a secret. */
export const holdsSecret = (value: unknown): boolean => {
  if (Array.isArray(value)) return value.some(holdsSecret)
  if (!isRecord(value)) return false
  return (
    isSecretEnv(value) ||
    Object.entries(value).some(([key, inner]) => isSet(key, inner) || holdsSecret(inner))
  )
}

const isSet = (key: string, value: unknown): boolean =>
  secretName.test(key) && value !== '' && value !== null && value !== false

const drawing = new Set(['id', 'type', 'z', 'x', 'y', 'wires', 'g', 'd', 'l', 'name', 'info'])

function redact(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(redact)
  if (!isRecord(value)) return value
  const kept = Object.entries(value).filter(([key]) => !secretName.test(key))
  return Object.fromEntries(
    kept.flatMap(([key, inner]) => (key === 'value' && isSecretEnv(value) ? [] : [[key, redact(inner)]])),
  )
}

/** An environment variable of the type "credential". */
const isSecretEnv = (value: Raw): boolean => value['type'] === 'cred' && 'value' in value
