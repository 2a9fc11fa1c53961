import * as z from 'zod'
import { type Handlers, json, nothing, raw, readJson, signedIn } from '../call.ts'
import type { WebServices } from '../web-services.ts'

const user = z.string().max(200)
const settingsBody = z.object({ origins: z.array(z.string().max(300)).max(100), needsProof: z.boolean() })
const renewBody = z.object({ authority: z.boolean().default(false) })
/** A chain has a few certificates, of some thousand characters each. */
const ownBody = z.object({ cert: z.string().max(100_000), key: z.string().max(20_000) })
const keyBody = z.object({
  identity: z.string().regex(/^[\w.-]{1,64}$/, 'An identity has 1 to 64 letters, digits or . _ -'),
  user,
})
const certificateBody = z.object({ user, name: z.string().trim().max(100).default('') })

/** The ports of the broker, its certificates and keys; the owner sees to them. */
export const listenerRoutes = ({ listeners, log }: WebServices) =>
  ({
    'GET /api/broker/ca.pem': () =>
      raw('application/x-x509-ca-cert', listeners.authority, {
        'Content-Disposition': 'attachment; filename="wirehouse-ca.pem"',
      }),

    'GET /api/broker/listeners': () => json(listeners.overview()),

    'PUT /api/broker/listeners': async (call) => {
      const settings = readJson(call, settingsBody)
      await listeners.set(settings)
      log.info({ ...settings, by: signedIn(call).user.name }, 'Listeners of MQTT changed')
      return json(listeners.overview())
    },

    'POST /api/broker/certificate/renew': async (call) => {
      const { authority } = readJson(call, renewBody)
      await listeners.renew({ authority })
      log.warn({ authority, by: signedIn(call).user.name }, 'Certificate for TLS renewed by hand')
      return json(listeners.overview())
    },

    'PUT /api/broker/certificate': (call) => {
      listeners.useOwn(readJson(call, ownBody))
      log.warn({ by: signedIn(call).user.name }, 'Own certificate for TLS set')
      return json(listeners.overview())
    },

    'DELETE /api/broker/certificate': (call) => {
      listeners.dropOwn()
      log.warn({ by: signedIn(call).user.name }, 'Own certificate for TLS removed')
      return json(listeners.overview())
    },

    'GET /api/broker/keys': () => json(listeners.keys()),

    'POST /api/broker/keys': async (call) => {
      const { identity, user } = readJson(call, keyBody)
      const key = await listeners.addKey(identity, user)
      log.info({ identity, user, by: signedIn(call).user.name }, 'Pre-shared key added')
      return json({ identity, user, key }, 201)
    },

    'DELETE /api/broker/keys/:identity': async (call) => {
      const identity = call.params['identity'] ?? ''
      await listeners.removeKey(identity)
      log.info({ identity, by: signedIn(call).user.name }, 'Pre-shared key removed')
      return nothing
    },

    'GET /api/broker/certificates': () => json(listeners.certificates()),

    'POST /api/broker/certificates': async (call) => {
      const { user, name } = readJson(call, certificateBody)
      const certificate = await listeners.addCertificate(user, name)
      log.info({ serial: certificate.serial, user, by: signedIn(call).user.name }, 'Device certificate made')
      return json(certificate, 201)
    },

    'DELETE /api/broker/certificates/:serial': async (call) => {
      const serial = call.params['serial'] ?? ''
      await listeners.removeCertificate(serial)
      log.info({ serial, by: signedIn(call).user.name }, 'Device certificate taken back')
      return nothing
    },
  }) satisfies Partial<Handlers>
