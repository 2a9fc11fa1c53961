import type * as z from 'zod'
import { describeIssue } from '#flows/describe-issue.ts'
import type { Problem } from '#flows/problem.ts'
import { problemText } from '../i18n/error-text.ts'
import type { Language } from '../i18n/language.ts'
import type { AnyDefinition } from '../i18n/node-texts.ts'

/** Sentences by the path of their field, `rules.0.value`; the first one at a place counts. */
export type Issues = ReadonlyMap<string, string>

/** What the definition itself has against a config: its schema first, then its further checks. */
export function findIssues(
  definition: AnyDefinition,
  config: Readonly<Record<string, unknown>>,
  language: Language,
): Issues {
  const parsed = definition.config.safeParse(config, { reportInput: true })
  if (!parsed.success)
    return firstByPlace(
      parsed.error.issues.map(
        (issue: z.core.$ZodIssue) =>
          [issue.path.join('.'), problemText(describeIssue(issue), language)] as const,
      ),
    )
  const check = 'check' in definition ? definition.check : undefined
  const problems = check?.(parsed.data) ?? []
  return firstByPlace(problems.map((problem) => [problem.field, problemText(problem, language)] as const))
}

/** What the server found, by field. */
export const problemIssues = (problems: readonly Problem[], language: Language): Issues =>
  firstByPlace(
    problems.flatMap((problem) =>
      problem.field === undefined ? [] : [[problem.field, textAtField(problem, language)] as const],
    ),
  )

/** At its field, a problem need not name it once more. */
function textAtField(problem: Problem, language: Language): string {
  const within = problem.code === 'CONFIG_INVALID' ? problem.values?.['problem'] : undefined
  return problemText(typeof within === 'object' ? within : problem, language)
}

/** The issue at a place, or the first one below it. */
export function issueAt(issues: Issues, path: string, below = false): string | undefined {
  const found = issues.get(path)
  if (found !== undefined || !below) return found
  for (const [place, text] of issues) if (place.startsWith(`${path}.`)) return text
  return undefined
}

function firstByPlace(entries: readonly (readonly [string, string])[]): Issues {
  const issues = new Map<string, string>()
  for (const [place, text] of entries) if (!issues.has(place)) issues.set(place, text)
  return issues
}
