/** Values by topic filter, found by topic: each look-up costs the topic's levels, not the number of filters. */
export class TopicTree<Value> {
  readonly #root = new Branch<Value>()

  add(filter: string, value: Value): void {
    let branch = this.#root
    for (const level of filter.split('/')) {
      const next: Branch<Value> = branch.children.get(level) ?? new Branch()
      branch.children.set(level, next)
      branch = next
    }
    branch.values.add(value)
  }

  remove(filter: string, value: Value): void {
    removeFrom(this.#root, filter.split('/'), 0, value)
  }

  /** The values of every filter that matches, once per filter. Topics that begin with `$` are hidden from wildcards at the start. */
  match(topic: string): Value[] {
    const found: Value[] = []
    collect(this.#root, topic.split('/'), 0, found)
    return found
  }
}

class Branch<Value> {
  readonly children = new Map<string, Branch<Value>>()
  readonly values = new Set<Value>()
}

function collect<Value>(
  branch: Branch<Value>,
  levels: readonly string[],
  depth: number,
  found: Value[],
): void {
  const level = levels[depth]
  const hidesWildcards = depth === 0 && level?.startsWith('$')
  if (!hidesWildcards) {
    const rest = branch.children.get('#')
    if (rest !== undefined) found.push(...rest.values)
  }
  if (level === undefined) {
    found.push(...branch.values)
    return
  }
  const any = hidesWildcards ? undefined : branch.children.get('+')
  if (any !== undefined) collect(any, levels, depth + 1, found)
  const exact = branch.children.get(level)
  if (exact !== undefined) collect(exact, levels, depth + 1, found)
}

/** Removes the value and prunes branches that hold nothing any more. */
function removeFrom<Value>(
  branch: Branch<Value>,
  levels: readonly string[],
  depth: number,
  value: Value,
): void {
  const level = levels[depth]
  if (level === undefined) {
    branch.values.delete(value)
    return
  }
  const child = branch.children.get(level)
  if (child === undefined) return
  removeFrom(child, levels, depth + 1, value)
  if (child.values.size === 0 && child.children.size === 0) branch.children.delete(level)
}
