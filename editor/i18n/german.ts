type Words = Pick<typeof import('./german-words.ts'), 'types' | 'sentences' | 'texts'>

let words: Words | undefined

/** The German words of node types and of what the server says; nothing before they are loaded. */
export const german = (): Words | undefined => words

/** Loads them: who reads English does not need them. */
export async function loadGerman(): Promise<void> {
  words ??= await import('./german-words.ts')
}
