import { describe, expect, test } from 'vitest'
import { readMosquitto } from './read-mosquitto.ts'

const codes = (files: Parameters<typeof readMosquitto>[0]) =>
  readMosquitto(files).notes.map(({ kind, line, code }) => `${line} ${kind} ${code}`)

describe('the access list', () => {
  const acl = `
# the postman
user postman
topic read postbox/%u/#
topic write state/postman
topic deny secret/#
pattern readwrite devices/%c/#
topic read a b/ü
`
  test('becomes rules, and hopes for %u are fulfilled', () => {
    const { rules } = readMosquitto({ acl })
    expect(
      rules.map(({ subject, actions, filter, effect }) => [subject, actions.join(), filter, effect]),
    ).toEqual([
      [{ kind: 'user', name: 'postman' }, 'subscribe,receive', 'postbox/%u/#', 'allow'],
      [{ kind: 'user', name: 'postman' }, 'publish', 'state/postman', 'allow'],
      [{ kind: 'user', name: 'postman' }, 'publish,subscribe,receive', 'secret/#', 'deny'],
      [{ kind: 'everyone' }, 'publish,subscribe,receive', 'devices/%c/#', 'allow'],
      [{ kind: 'user', name: 'postman' }, 'subscribe,receive', 'a b/ü', 'allow'],
    ])
    expect(codes({ acl })).toEqual(['4 repaired MOSQUITTO_TOPIC_PLACES', '0 differs MOSQUITTO_SUBSCRIBES'])
  })

  test('before the first user is about clients without a login', () => {
    expect(readMosquitto({ acl: 'topic write door/#' }).rules).toEqual([
      expect.objectContaining({ subject: { kind: 'anonymous' }, actions: ['publish'], filter: 'door/#' }),
    ])
  })

  test('lines behind a name that cannot be read are nobody’s', () => {
    const acl = 'user bell\ntopic a\nuser\ntopic b\npattern c\nuser lamp\ntopic d'
    expect(readMosquitto({ acl }).rules.map(({ filter }) => filter)).toEqual(['a', 'c', 'd'])
    expect(codes({ acl }).slice(0, 2)).toEqual([
      '3 left-out MOSQUITTO_LINE',
      '4 left-out MOSQUITTO_LINE_OF_NOBODY',
    ])
  })

  test('nobody is allowed to send what the broker says of itself', () => {
    const acl = 'topic readwrite $SYS/#\ntopic write $SYS/x\ntopic write $SYS/broker/connection/+/state'
    expect(readMosquitto({ acl }).rules.map(({ actions, filter }) => `${actions} ${filter}`)).toEqual([
      'subscribe,receive $SYS/#',
      'publish $SYS/broker/connection/+/state',
    ])
    expect(codes({ acl }).slice(0, 2)).toEqual(['1 differs MOSQUITTO_SYS', '2 left-out MOSQUITTO_SYS'])
  })

  test('lines that make no sense are left out, by their number', () => {
    expect(codes({ acl: 'user: bell\ntopic\nfoo bar\ntopic a#\n%%%' })).toEqual([
      '1 repaired MOSQUITTO_SIGN',
      '2 left-out MOSQUITTO_LINE',
      '3 left-out MOSQUITTO_LINE',
      '4 left-out MOSQUITTO_FILTER',
      '5 left-out MOSQUITTO_LINE',
    ])
  })
})

describe('the password file', () => {
  const hash = `$7$101$${'A'.repeat(16)}$${'B'.repeat(86)}==`

  test('becomes accounts; what stands there as it is, is told', () => {
    const passwords = `bell:${hash}\r\nlamp:plain words: with a colon\nbell:other\n/odd:x\nnonsense\nempty:`
    expect(readMosquitto({ passwords }).users).toEqual([
      { name: 'bell', secret: { hash } },
      { name: 'lamp', secret: { password: 'plain words: with a colon' } },
    ])
    expect(codes({ passwords })).toEqual([
      '2 repaired MOSQUITTO_PASSWORD_PLAIN',
      '3 left-out MOSQUITTO_USER_TWICE',
      '4 left-out MOSQUITTO_USER_NAME',
      '5 left-out MOSQUITTO_PASSWORD_LINE',
      '6 left-out MOSQUITTO_PASSWORD_LINE',
    ])
  })

  test('no note holds a secret', () => {
    const notes = JSON.stringify(readMosquitto({ passwords: 'lamp:hush\nhush2\n/odd:hush3' }).notes)
    expect(notes).not.toContain('hush')
  })
})

test('no note holds a secret of files that were mixed up', () => {
  const passwords = 'bell:hush\nlamp1:hush hush\n%x:hush'
  const { notes } = readMosquitto({ conf: passwords, acl: passwords })
  expect(notes.length).toBeGreaterThan(4)
  expect(JSON.stringify(notes)).not.toContain('hush')
})

describe('mosquitto.conf', () => {
  test('with a colon, which keeps Mosquitto from starting, is read as it was meant', () => {
    const conf = 'password_file: /etc/mosquitto/passwd\nlistener = 1883\nacl_file /etc/acl'
    expect(codes({ conf, passwords: '' })).toEqual([
      '1 repaired MOSQUITTO_SIGN',
      '2 repaired MOSQUITTO_SIGN',
      '2 differs MOSQUITTO_LISTENER',
      '3 left-out MOSQUITTO_FILE_WANTED',
    ])
  })

  test('bridges come with their maps', () => {
    const conf = `
connection cloud
address broker.example:8883 other.example
bridge_cafile /etc/ca.crt
remote_username house
remote_password sesame
topic sensors/# out 1 home/ "from house/"
topic orders/# in 2
topic # both 0 "" house/
topic x sideways
log_type all
persistence true

connection nowhere
`
    const { bridges, notes } = readMosquitto({ conf })
    expect(bridges).toEqual([
      {
        ...{
          name: 'cloud',
          host: 'broker.example',
          port: 8883,
          tls: true,
          clientId: '',
          notifications: true,
        },
        ...{ user: 'house', password: 'sesame' },
        maps: [
          {
            filter: 'sensors/#',
            direction: 'out',
            qos: 1,
            localPrefix: 'home/',
            remotePrefix: 'from house/',
          },
          { filter: 'orders/#', direction: 'in', qos: 2, localPrefix: '', remotePrefix: '' },
          { filter: '#', direction: 'both', qos: 0, localPrefix: '', remotePrefix: 'house/' },
        ],
      },
    ])
    expect(notes.map(({ code }) => code)).toEqual([
      'MOSQUITTO_BRIDGE_ADDRESSES',
      'MOSQUITTO_BRIDGE_FILE',
      'MOSQUITTO_BRIDGE_TOPIC',
      'MOSQUITTO_BRIDGE_ADDRESS',
    ])
  })

  test('limits carry over; no limit does not', () => {
    const conf =
      'max_connections 100\nmax_queued_messages 0\npersistent_client_expiration 2w\nmessage_size_limit 5000'
    expect(readMosquitto({ conf }).limits).toEqual({
      connections: 100,
      sessionExpiryMs: 14 * 24 * 3_600_000,
      packetBytes: 5000,
    })
  })

  test('an open broker is not opened here', () => {
    expect(codes({ conf: 'allow_anonymous true\nfoo bar' })).toEqual([
      '1 differs MOSQUITTO_OPEN',
      '2 left-out MOSQUITTO_OPTION',
    ])
  })
})
