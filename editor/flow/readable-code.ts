/** Signs that turn the order of a line round, or that nobody sees (Trojan Source, CVE-2021-42574). */
const unseen = /[\u00AD\u061C\u180E\u200B-\u200F\u2028-\u202E\u2060-\u2069\uFEFF\uFFF9-\uFFFB]/g

/** Code as it is, with every sign that could hide something written out: what is read is what runs. */
export const readableCode = (code: string): string =>
  code.replaceAll(unseen, (sign) => `⟨U+${sign.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`)
