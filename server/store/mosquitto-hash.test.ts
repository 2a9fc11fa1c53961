import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'
import { findMosquitto } from '../../test/bench/peers/install-mosquitto.ts'
import { isMosquittoHash, verifyMosquitto } from './mosquitto-hash.ts'

const mosquitto = findMosquitto()

test.skipIf(!mosquitto)('what mosquitto_passwd has written is checked as Mosquitto does', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wirehouse-passwd-'))
  const file = join(folder, 'passwords')
  const { program = '', libraries = '' } = mosquitto ?? {}
  const env = { ...process.env, LD_LIBRARY_PATH: libraries }
  execFileSync(join(dirname(program), '../bin/mosquitto_passwd'), ['-b', '-c', file, 'bell', 'ding dong'], {
    env,
  })
  const hash = readFileSync(file, 'utf8').trim().split(':')[1] ?? ''
  rmSync(folder, { recursive: true })
  expect(hash).toMatch(/^\$7\$/)
  expect(isMosquittoHash(hash)).toBe(true)
  expect(await verifyMosquitto(hash, 'ding dong')).toBe(true)
  expect(await verifyMosquitto(hash, 'ding dong ')).toBe(false)
})

test('the older form, SHA-512 with a salt, is checked, too', async () => {
  const salt = Buffer.from('0123456789ab')
  const digest = createHash('sha512').update('ding dong').update(salt).digest('base64')
  const hash = `$6$${salt.toString('base64')}$${digest}`
  expect(await verifyMosquitto(hash, 'ding dong')).toBe(true)
  expect(await verifyMosquitto(hash, 'ding')).toBe(false)
})

test.each(['', 'plain', '$7$0$AAAA$BBBB', '$7$99999999$AAAA$x', '$6$$', '$argon2id$v=19$m=1,t=1,p=1$a$b'])(
  '%j is none',
  async (text) => {
    expect(isMosquittoHash(text)).toBe(false)
    expect(await verifyMosquitto(text, '')).toBe(false)
  },
)
