/**
 * Whether the source of a function is proven never to write to what is in its messages. What cannot be read, or
 * is nested too deeply, is not. The parser is loaded by the first call: most flows have no need of it.
 */
export async function onlyReads(script: string): Promise<boolean> {
  try {
    const [{ parse }, { isHarmless }] = await Promise.all([import('acorn'), import('./harmless.ts')])
    return isHarmless(parse(script, { ecmaVersion: 'latest' }))
  } catch {
    // V8 has compiled it: then it is new to the parser, or too deep for its stack; or an update of the house
    // has just taken the parser's file away. Without an answer the function gets copies.
    return false
  }
}
