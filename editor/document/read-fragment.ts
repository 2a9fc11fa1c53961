import { type ParseResult, parseFlowFile } from '#flows/parse-flow.ts'
import { type Fragment, mergeFlows } from './fragment.ts'

/**
 * Reads what a person pastes: a flow file, or text around one in a fenced block. Several flows in a file become one
 * fragment. Apart from the rest, for it brings along all that knows Node-RED's files: the editor loads it on first use.
 */
export function readFragment(text: string): ParseResult<Fragment> {
  const fenced = /```(?:json)?\s*\n([\s\S]*?)```/.exec(text)
  const parsed = parseFlowFile(fenced?.[1] ?? text)
  return parsed.ok ? { ok: true, value: mergeFlows(parsed.value) } : parsed
}
