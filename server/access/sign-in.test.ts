import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { VirtualClock } from '#rig/virtual-clock.ts'
import { LIMITS_KEY } from '#server/broker/clients/limit-settings.ts'
import type { Credentials } from './access-control.ts'
import { type AccessRig, accessRig, OpenAccounts } from './access-rig.ts'
import { DOORS } from './doors.ts'
import { TOKEN_SETTINGS } from './tokens/token-settings.ts'

const local = { address: '127.0.0.1', isLocal: true }
const far = { address: '192.168.1.7', isLocal: false }
const credentials = (changes: Partial<Credentials>): Credentials => ({
  ...{ clientId: '', name: undefined, password: undefined },
  ...far,
  ...changes,
})
const right = { name: 'bell', password: 'right' }
const wrong = { name: 'bell', password: 'wrong' }
const outcome = async ({ desk }: AccessRig, changes: Partial<Credentials>) => {
  const answer = await desk.signIn(credentials(changes))
  return 'refused' in answer ? answer.refused : (answer.subject.user ?? 'anonymous')
}

const unowned = Object.assign(new OpenAccounts(), { hasOwner: () => false })
const closed = { anonymousLoopback: true, openToNetwork: false }
const strict = { anonymousLoopback: false, openToNetwork: true }

test.each([
  ['before an owner exists, this machine', local, 'anonymous'],
  ['before an owner exists, another machine', { ...far, ...right }, 'no-owner'],
])('%s', async (_, changes, expected) => {
  expect(await outcome(accessRig({ accounts: unowned }), changes)).toBe(expected)
})

test.each([
  ['this machine without a login', {}, local, 'anonymous'],
  ['this machine with the right login', {}, { ...local, ...right }, 'bell'],
  ['this machine with a wrong login', {}, { ...local, ...wrong }, 'bad-login'],
  ['this machine without a login, when turned off', strict, local, 'login-needed'],
  ['this machine with a login, when anonymous is off', strict, { ...local, ...right }, 'bell'],
  ['another machine without a login', {}, far, 'login-needed'],
  ['another machine with an empty name', {}, { ...far, name: '' }, 'bad-login'],
  ['another machine with the right login', {}, { ...far, ...right }, 'bell'],
  ['another machine with a wrong login', {}, { ...far, ...wrong }, 'bad-login'],
  ['another machine, when closed to the network', closed, { ...far, ...right }, 'network-closed'],
  ['this machine, when closed to the network', closed, { ...local, ...right }, 'bell'],
  ['an API token', {}, { name: 'lamp', password: 'wh_lamp' }, 'lamp'],
  ['an API token without a name', {}, { password: 'wh_lamp' }, 'lamp'],
  ['an API token of another', {}, { name: 'bell', password: 'wh_lamp' }, 'bad-login'],
  ['a known key', {}, { pskIdentity: 'lamp-key' }, 'lamp'],
  ['an unknown key', {}, { pskIdentity: 'other-key' }, 'bad-login'],
  ['a known key under another name', {}, { pskIdentity: 'lamp-key', name: 'bell' }, 'bad-login'],
  ['a certificate', {}, { certificate: { subject: { CN: 'lamp' } } as never }, 'lamp'],
  ['a certificate of nobody', {}, { certificate: { subject: { CN: 'nobody' } } as never }, 'bad-login'],
  [
    'a certificate and another name',
    {},
    { certificate: { subject: { CN: 'lamp' } } as never, name: 'x' },
    'bad-login',
  ],
] as [string, object, Partial<Credentials>, string][])('%s', async (_, doors, changes, expected) => {
  const rig = accessRig({ accounts: new OpenAccounts({ name: 'lamp', role: 'device' }) })
  rig.accounts.tokens.set('wh_lamp', 'lamp')
  rig.store.keys.set('lamp-key', 'lamp')
  await rig.desk.setDoors({ ...rig.desk.doors, ...doors })
  expect(await outcome(rig, changes)).toBe(expected)
})

test('a JSON Web Token signs in until it runs out, with the role of the account or that of all who have none', async () => {
  const clock = new VirtualClock()
  const rig = accessRig({ clock, accounts: new OpenAccounts({ name: 'ada', role: 'owner' }) })
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const keys = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), alg: 'ES256' }] })
  await rig.settings.write(TOKEN_SETTINGS, { enabled: true, keys, role: 'viewer' })
  rig.desk.readTokenSettings()
  const token = (sub: string) =>
    new SignJWT({ sub, exp: clock.now() / 1000 + 60, scope: 'mqtt:publish:a/#' })
      .setProtectedHeader({ alg: 'ES256' })
      .sign(privateKey)
  const subjects = await Promise.all(
    ['ada', 'bert'].map(async (name) => {
      const answer = await rig.desk.signIn(credentials({ name, password: await token(name), clientId: name }))
      return 'subject' in answer ? answer.subject : expect.fail(answer.refused)
    }),
  )
  expect(subjects.map(({ role }) => role)).toEqual(['owner', 'viewer'])
  const may = (topic: string) => subjects.map((one) => rig.desk.decide(one, 'publish', topic).allowed)
  expect([may('a/b'), may('b')]).toEqual([
    [true, true],
    [false, false],
  ])
  expect(subjects.map((one) => rig.desk.isWelcome(one, far))).toEqual([true, true])
  await clock.advance(60_000)
  expect(subjects.map((one) => rig.desk.isWelcome(one, far))).toEqual([false, false])
  expect(rig.store.clientIds().map(({ clientId }) => clientId)).toEqual(['ada'])
  expect(await outcome(rig, { ...right, clientId: 'bert' })).toBe('client-of-another')
})

test('doors are kept', async () => {
  const rig = accessRig()
  await rig.desk.setDoors(strict)
  expect(rig.settings.read(DOORS, { parse: (value: unknown) => value } as never)).toEqual(strict)
})

test('a client id is the user’s who has it first, until it is released', async () => {
  const rig = accessRig()
  expect(await outcome(rig, { ...right, clientId: 'one' })).toBe('bell')
  expect(await outcome(rig, { ...right, name: 'lamp', clientId: 'one' })).toBe('client-of-another')
  expect(await outcome(rig, { ...local, clientId: 'one' })).toBe('client-of-another')
  expect(await outcome(rig, { ...right, clientId: 'one' })).toBe('bell')
  expect(rig.store.clientIds()).toMatchObject([{ clientId: 'one', user: 'bell' }])
  await rig.desk.releaseClientId('one')
  expect(await outcome(rig, { ...right, name: 'lamp', clientId: 'one' })).toBe('lamp')
  await expect(rig.desk.releaseClientId('two')).rejects.toMatchObject({ code: 'CLIENT_ID_UNKNOWN' })
})

test('who has no login takes no client id, and a wrong login none either', async () => {
  const rig = accessRig()
  await outcome(rig, { ...local, clientId: 'one' })
  await outcome(rig, { ...wrong, clientId: 'one' })
  expect(await outcome(rig, { ...right, clientId: 'one' })).toBe('bell')
})

test('the client ids of a user who is gone are free', async () => {
  const rig = accessRig()
  await outcome(rig, { ...right, clientId: 'one' })
  rig.accounts.remove('bell')
  rig.desk.userChanged('bell')
  expect(await outcome(rig, { ...right, name: 'lamp', clientId: 'one' })).toBe('lamp')
})

test('a user keeps the newest 500 client ids, and those in use', async () => {
  const rig = accessRig()
  rig.desk.keepClientIds((clientId) => clientId === 'c0')
  for (let number = 0; number <= 500; number++) await outcome(rig, { ...right, clientId: `c${number}` })
  expect(rig.desk.clientIds()).toHaveLength(500)
  expect(rig.desk.clientIds().map(({ clientId }) => clientId)).toContain('c0')
  expect(rig.desk.clientIds().map(({ clientId }) => clientId)).not.toContain('c1')
})

test('after five wrong logins within a minute none is looked at, until the minute is over', async () => {
  const clock = new VirtualClock()
  const rig = accessRig({ clock })
  for (let time = 0; time < 5; time++) expect(await outcome(rig, wrong)).toBe('bad-login')
  expect(await outcome(rig, right)).toBe('too-many-attempts')
  expect(await outcome(rig, { ...right, address: '192.168.1.8' })).toBe('bell')
  await clock.advance(59_999)
  expect(await rig.desk.signIn(credentials(right))).toEqual({ refused: 'too-many-attempts', retryAfterMs: 1 })
  await clock.advance(1)
  expect(await outcome(rig, right)).toBe('bell')
})

test('how many may be wrong is up to the owner, at once', async () => {
  const rig = accessRig({ clock: new VirtualClock() })
  for (let time = 0; time < 5; time++) await outcome(rig, wrong)
  expect(await outcome(rig, right)).toBe('too-many-attempts')
  await rig.settings.write(LIMITS_KEY, { wrongLoginsPerMinute: 6 })
  expect(await outcome(rig, wrong)).toBe('bad-login')
  expect(await outcome(rig, right)).toBe('too-many-attempts')
})

test('who has signed in from there before is not held up by what others get wrong', async () => {
  const rig = accessRig()
  await outcome(rig, right)
  for (let time = 0; time < 9; time++) await outcome(rig, { ...wrong, name: `guess-${time}` })
  expect(await outcome(rig, right)).toBe('bell')
  expect(await outcome(rig, { ...right, name: 'lamp' })).toBe('too-many-attempts')
})

test('guesses sent together are no more than those one after the other; a house full of devices gets in', async () => {
  const rig = accessRig()
  let looked = 0
  const verify = rig.accounts.verify.bind(rig.accounts)
  rig.accounts.verify = async (name, password) => {
    looked++
    await Promise.resolve()
    return verify(name, password)
  }
  const devices = Array.from({ length: 40 }, (_, number) =>
    outcome(rig, { ...right, name: `device-${number}` }),
  )
  expect(new Set(await Promise.all(devices)).size).toBe(40)
  looked = 0
  const guesses = Array.from({ length: 40 }, (_, number) =>
    outcome(rig, { ...wrong, name: `guess-${number}` }),
  )
  expect(new Set(await Promise.all(guesses))).toEqual(new Set(['bad-login', 'too-many-attempts']))
  expect(looked).toBe(5)
})

test('an account that is gone may do nothing, and is not welcome', async () => {
  const rig = accessRig()
  const answer = await rig.desk.signIn(credentials(right))
  const subject = 'subject' in answer ? answer.subject : expect.fail()
  expect(rig.desk.decide(subject, 'publish', 'a').allowed).toBe(true)
  expect(rig.desk.isWelcome(subject, far)).toBe(true)
  rig.accounts.remove('bell')
  rig.desk.userChanged('bell')
  expect(rig.desk.decide(subject, 'publish', 'a').allowed).toBe(false)
  expect(rig.desk.isUnlimited(subject, 'publish')).toBe(false)
  expect(rig.desk.isWelcome(subject, far)).toBe(false)
})

test('who tries again and again stands in the list of refusals once', async () => {
  const clock = new VirtualClock()
  const { desk } = accessRig({ clock })
  const refusal = { clientId: 'x'.repeat(60_000), address: far.address, code: 'CODE', message: 'Why.' }
  for (let time = 0; time < 3; time++) desk.note(refusal)
  desk.note({ ...refusal, topic: 'a', action: 'publish' })
  expect(desk.refusals().map(({ topic, count }) => [topic, count])).toEqual([
    ['a', 1],
    [undefined, 3],
  ])
  expect(desk.refusals()[0]?.clientId).toHaveLength(200)
  for (let number = 0; number < 600; number++) desk.note({ ...refusal, topic: `${number}` })
  expect(desk.refusals()).toHaveLength(500)
})
