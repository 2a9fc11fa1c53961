/** What zod calls an issue: why a value was refused, and where. */
export interface Issue {
  readonly code: string
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly input?: unknown
  /** It is wrong, but what it is is plain: further checks make sense. */
  readonly isMild?: boolean
  readonly [detail: string]: unknown
}

/** A value as a schema has read it so far. */
export interface Reading {
  readonly value: unknown
  readonly issues: readonly Issue[]
  /** Not to be checked any further. */
  readonly isOver: boolean
}

export const good = (value: unknown): Reading => ({ value, issues: [], isOver: false })

export const readingOf = (value: unknown, issues: readonly Issue[]): Reading => ({
  value,
  issues,
  isOver: issues.some(({ isMild }) => !isMild),
})

export const bad = (value: unknown, issue: Partial<Issue> & Pick<Issue, 'code'>): Reading =>
  readingOf(value, [{ path: [], message: 'Invalid input', input: value, ...issue }])

/** As zod says it, so far as `describeIssue` looks at it. */
export const wrongType = (value: unknown, expected: string): Reading =>
  bad(value, {
    code: 'invalid_type',
    expected,
    message: `Invalid input: expected ${expected}, received ${value === undefined ? 'undefined' : typeof value}`,
  })

/** The issues of what stands in something else. */
export const issuesAt = (key: PropertyKey, { issues }: Reading): readonly Issue[] =>
  issues.map((issue) => ({ ...issue, path: [key, ...issue.path] }))
