import { UserError } from '#server/user-error.ts'
import type { MosquittoFile, MosquittoFiles } from './plan.ts'

/** Far more than a house has. */
const MAX_BYTES = 1024 * 1024
const MAX_LINES = 10_000
const MAX_LINE = 2_000

/** By the options that name them in `mosquitto.conf`. */
const names: Readonly<Record<MosquittoFile, string>> = {
  conf: 'mosquitto.conf',
  passwords: 'password_file',
  acl: 'acl_file',
}

/** Throws 422 for what cannot be the files of a Mosquitto: `MOSQUITTO_NO_FILE` and its like. */
export function checkFiles(files: MosquittoFiles): void {
  const given = (['conf', 'passwords', 'acl'] as const).filter((file) => files[file] !== undefined)
  if (given.length === 0)
    throw new UserError(
      422,
      'MOSQUITTO_NO_FILE',
      'Choose at least one file: mosquitto.conf, the password file or the access list (ACL).',
    )
  for (const file of given) checkFile(names[file], files[file] ?? '')
}

function checkFile(file: string, text: string): void {
  if (Buffer.byteLength(text) > MAX_BYTES)
    throw new UserError(
      422,
      'MOSQUITTO_FILE_LARGE',
      `The file given as ${file} has more than 1 MB. No house needs that; is it the right one?`,
      { values: { file } },
    )
  if (text.includes('\0'))
    throw new UserError(
      422,
      'MOSQUITTO_FILE_BINARY',
      `The file given as ${file} is no text file. Is it the right one?`,
      { values: { file } },
    )
  const lines = text.split(/\r\n|\r|\n/)
  if (lines.length > MAX_LINES)
    throw new UserError(
      422,
      'MOSQUITTO_FILE_LONG',
      `The file given as ${file} has ${lines.length} lines, ${MAX_LINES} are read at most. Is it the right one?`,
      { values: { file, lines: lines.length, most: MAX_LINES } },
    )
  const long = lines.findIndex((line) => line.length > MAX_LINE)
  if (long >= 0)
    throw new UserError(
      422,
      'MOSQUITTO_LINE_LONG',
      `Line ${long + 1} of the file given as ${file} has more than ${MAX_LINE} characters. Is it the right file?`,
      { values: { file, line: long + 1, most: MAX_LINE } },
    )
}
