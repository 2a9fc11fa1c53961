/** An id that nobody else chooses. `randomUUID` is missing on pages without HTTPS, which a house at home is. */
export const newChangeId = (): string =>
  [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(36).padStart(2, '0')).join('')
