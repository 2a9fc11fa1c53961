import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Plugin } from 'vite'

const EDITOR = join(import.meta.dirname, '../')
const WORDS = join(EDITOR, 'i18n/german-words.ts')
const LOOKUP = join(EDITOR, 'i18n/german.ts')

/**
 * Who reads English does not load the German of the first look: where the editor is built, it moves from the
 * dictionaries that these files need to `german-words.ts`, which is loaded before the page is drawn in German. What
 * is loaded later keeps its German with it.
 */
export function germanApart(starts: readonly string[]): Plugin {
  let dictionaries: ReadonlyMap<string, Dictionary> = new Map()
  return {
    name: 'german-apart',
    apply: 'build',
    async buildStart() {
      const files = await filesOf(starts)
      const texts = [...files].filter(([, source]) => source.search(GERMAN_PART) >= 0)
      dictionaries = new Map(texts.map(([file, source]) => [file, takeApart(file, source)]))
    },
    async load(id) {
      if (id === WORDS) return withTexts(await readFile(WORDS, 'utf8'), [...dictionaries.values()])
      return dictionaries.get(id)?.english
    },
  }
}

/** These files and all that they need at once, of our own. */
async function filesOf(starts: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const sources = new Map<string, string>()
  const files = new Set(starts)
  for (const file of files) {
    const source = await readFile(file, 'utf8')
    sources.set(file, source)
    for (const [, path = ''] of source.matchAll(/^(?:import|export) (?!type )[^'"]*from '(\..+\.tsx?)'/gm))
      files.add(join(dirname(file), path))
  }
  return sources
}

interface Dictionary {
  /** The file without its German, which it looks up when it is asked for. */
  readonly english: string
  /** Each German part, as it stands there, by its name. */
  readonly german: readonly (readonly [name: string, part: string])[]
}

/** As biome formats a dictionary: the German part is the last one of `defineTexts`. */
const GERMAN_PART = /^ {2}de: (\{\n[\s\S]*?^ {2}\}),\n\}\)/gm

function takeApart(file: string, source: string): Dictionary {
  const german: [string, string][] = []
  const english = source.replace(GERMAN_PART, (_all, part: string) => {
    const name = `${file.slice(EDITOR.length)} ${german.length}`
    german.push([name, part])
    return `  get de() { return german()?.texts['${name}'] ?? this.en },\n})`
  })
  return { english: `${english}\nimport { german } from '${LOOKUP}'\n`, german }
}

const NO_TEXTS = /= \{\} \/\/ the build .*$/m

function withTexts(words: string, dictionaries: readonly Dictionary[]): string {
  const texts = dictionaries.flatMap(({ german }) => german.map(([name, part]) => `'${name}': ${part},\n`))
  if (texts.length === 0 || !NO_TEXTS.test(words)) throw new Error('the German texts found no place')
  return words.replace(NO_TEXTS, () => `= {\n${texts.join('')}}`)
}
