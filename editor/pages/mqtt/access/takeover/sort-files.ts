import type { MosquittoFiles } from '../../../../api/types.ts'

export type FileKind = keyof MosquittoFiles
export const fileKinds = ['conf', 'passwords', 'acl'] as const satisfies readonly FileKind[]

/** Which of Mosquitto's files this is, by its name and, where that says nothing, by its first lines. */
export function kindOfFile(name: string, text: string): FileKind {
  if (/acl/i.test(name)) return 'acl'
  if (/pass|pw/i.test(name)) return 'passwords'
  if (/\.conf$/i.test(name)) return 'conf'
  if (/^[^#\s:]+:\$[67]\$/m.test(text)) return 'passwords'
  if (/^\s*(user|topic|pattern)\s/m.test(text) && !/^\s*(listener|connection|port)\s/m.test(text))
    return 'acl'
  return 'conf'
}
