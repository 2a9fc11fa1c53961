import { expect, test } from 'vitest'
import { kindOfFile } from './sort-files.ts'

test.each([
  ['mosquitto.conf', '', 'conf'],
  ['default.conf', 'listener 1883', 'conf'],
  ['aclfile.example', '', 'acl'],
  ['acl', '', 'acl'],
  ['passwd', '', 'passwords'],
  ['pwfile', '', 'passwords'],
  ['backup.txt', 'bell:$7$101$abc$def', 'passwords'],
  ['backup.txt', '# rules\nuser bell\ntopic read a', 'acl'],
  ['backup.txt', 'connection cloud\ntopic # out', 'conf'],
  ['backup.txt', 'whatever', 'conf'],
])('%s with %j is taken for %s', (name, text, kind) => {
  expect(kindOfFile(name, text)).toBe(kind)
})
