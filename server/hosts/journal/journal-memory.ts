/** Before each text: its size and what it is, as in a ring, the key's number, and the text's length. */
export const ENTRY_HEADER = 12

/** So many keys have a number at a time. */
export const MOST_KEYS = 16_384

/** In bytes. What changes again before it is full is told once. */
export const JOURNAL_BYTES = 1024 * 1024
