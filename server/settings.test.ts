import { expect, test } from 'vitest'
import { flagOf, readSettings, SettingError, settingRows } from './settings.ts'

const read = (sources: Partial<Parameters<typeof readSettings>[0]>) =>
  readSettings({ argv: [], env: {}, ...sources })

const failure = (sources: Partial<Parameters<typeof readSettings>[0]>): string => {
  try {
    read(sources)
  } catch (error) {
    if (error instanceof SettingError) return error.message
    throw error
  }
  throw new Error('no SettingError')
}

test('without any setting, the defaults hold', () => {
  expect(read({})).toEqual({
    host: '0.0.0.0',
    httpPort: 1880,
    mqttPort: 1883,
    mqttsPort: 8883,
    mdns: true,
    dataDir: './data',
    telegramApi: 'https://api.telegram.org',
    inbox: true,
    functionLibraries: [],
    logLevel: 'info',
  })
})

test('a flag goes before the environment, which goes before .env', () => {
  const dotenv = 'WIREHOUSE_HTTP_PORT=1\nWIREHOUSE_MQTT_PORT=1\nWIREHOUSE_MQTTS_PORT="1"\nOTHER=x\n'
  const env = { WIREHOUSE_HTTP_PORT: '2', WIREHOUSE_MQTT_PORT: '2', PATH: '/bin' }
  const settings = read({ argv: ['--http-port', '3'], env, dotenv })
  expect([settings.httpPort, settings.mqttPort, settings.mqttsPort]).toEqual([3, 2, 1])
})

test('a flag takes its value behind a space or an equals sign', () => {
  expect(read({ argv: ['--data-dir=/srv/a=b', '--log-level', 'debug'] })).toMatchObject({
    dataDir: '/srv/a=b',
    logLevel: 'debug',
  })
})

test('an empty value counts as none', () => {
  expect(read({ env: { WIREHOUSE_HTTP_PORT: '' }, dotenv: 'WIREHOUSE_HTTP_PORT=8080' }).httpPort).toBe(8080)
})

test('an unknown name is refused with the one that was meant', () => {
  expect(failure({ env: { WIREHOUSE_HTP_PORT: '80' } })).toBe(
    'Unknown setting WIREHOUSE_HTP_PORT. Did you mean WIREHOUSE_HTTP_PORT?',
  )
  expect(failure({ dotenv: 'WIREHOUSE_DATADIR=x' })).toBe(
    'Unknown setting WIREHOUSE_DATADIR in .env. Did you mean WIREHOUSE_DATA_DIR?',
  )
  expect(failure({ argv: ['--htp-port', '80'] })).toBe('Unknown flag --htp-port. Did you mean --http-port?')
})

test('a name near to none lists what there is', () => {
  expect(failure({ argv: ['--colour'] })).toContain('There are --host, --http-port')
  expect(failure({ argv: ['8080'] })).toContain('Unknown flag 8080')
})

test.each([
  ['WIREHOUSE_HTTP_PORT', '65536'],
  ['WIREHOUSE_HTTP_PORT', '80a'],
  ['WIREHOUSE_HTTP_PORT', '-1'],
  ['WIREHOUSE_MQTT_PORT', '1.5'],
  ['WIREHOUSE_MQTTS_PORT', '0x10'],
  ['WIREHOUSE_HOST', 'not a host'],
  ['WIREHOUSE_TELEGRAM_API', 'ftp://x'],
  ['WIREHOUSE_LOG_LEVEL', 'loud'],
])('%s refuses %s in one line that names it', (name, value) => {
  const message = failure({ env: { [name]: value } })
  expect(message).toMatch(new RegExp(`^${name} \\(${flagOf(name)}\\): ".*" is not right; it takes .+\\.$`))
})

test('a certificate goes with its key, and the port with TLS may be off', () => {
  const files = { WIREHOUSE_TLS_CERT: '/a.pem', WIREHOUSE_TLS_KEY: '/b.pem' }
  expect(read({ env: { ...files, WIREHOUSE_MQTTS_PORT: 'off' } })).toMatchObject({
    ...{ tlsCert: '/a.pem', tlsKey: '/b.pem', mqttsPort: 'off' },
  })
  expect(failure({ env: { WIREHOUSE_TLS_KEY: '/b.pem' } })).toBe(
    'WIREHOUSE_TLS_KEY is set and WIREHOUSE_TLS_CERT is not: a certificate and its key belong together. Set both, or neither.',
  )
})

test('a bad password is not printed', () => {
  expect(failure({ env: { WIREHOUSE_ADMIN_PASSWORD: 'secret1' } })).toBe(
    'WIREHOUSE_ADMIN_PASSWORD (--admin-password): The value is not right; it takes at least 8 characters.',
  )
})

test('a flag without a value says so', () => {
  expect(failure({ argv: ['--http-port'] })).toBe('--http-port needs a value: --http-port 1880')
})

test('every default is a value that the setting takes', () => {
  const bad = settingRows.filter((row) => row.default !== '' && typeof row.read(row.default) === 'object')
  expect(bad).toEqual([])
})
