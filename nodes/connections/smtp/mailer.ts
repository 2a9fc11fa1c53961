import { createRequire } from 'node:module'
import { isIP } from 'node:net'
import { PassThrough } from 'node:stream'
import type { SendMailOptions, SMTPTransportOptions } from 'nodemailer'
import type { ConnectionContext } from '#kit/runtime/implement-connection.ts'
import { NodeError } from '#kit/runtime/node-error.ts'
import type { Carrier, Parcel, Tried } from '#kit/runtime/outbox.ts'
import { parcelKeys } from '#kit/runtime/parcel-key.ts'
import type { smtp } from './definition.ts'
import { outcomeOf } from './explain.ts'
import { type Mailbox, parseMailbox } from './mailbox.ts'

/** A mail to one address. */
export interface Mail {
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html?: string
  readonly attachment?: { readonly name: string; readonly bytes: Uint8Array }
}

/** Loaded with the first mail: many a house sends none, and flow hosts never do. */
const loadNodemailer = (): typeof import('nodemailer') => createRequire(import.meta.url)('nodemailer')

type Context = ConnectionContext<typeof smtp.config>

/** For the whole of a mail; a picture takes its time over a slow line. The outbox waits for two minutes. */
const SEND_MS = 110_000

/** Brings mails to the mail server, each over a connection of its own. */
export class Mailer implements Carrier {
  readonly #context: Context
  readonly #keyOf: ReturnType<typeof parcelKeys>

  constructor(context: Context) {
    this.#context = context
    this.#keyOf = parcelKeys(context.services.posts, context.id)
  }

  async send(parcel: Parcel): Promise<Tried> {
    const { config, clock, signal } = this.#context
    const from = senderOf(config)
    const options = transportOptions(config)
    const mail = mailOf(parcel, from, await this.#keyOf(parcel))
    const late = new AbortController()
    const timer = clock.after(SEND_MS, () => late.abort())
    let hasBegun = false
    const transport = loadNodemailer().createTransport(options)
    transport.use('stream', ({ message }, done) => {
      message.transform(() => noticing(() => (hasBegun = true)))
      done()
    })
    try {
      const { response, messageId } = await transport.sendMail({
        ...mail,
        signal: AbortSignal.any([signal, late.signal]),
      })
      return { kind: 'sent', receipt: { messageId, response: response.slice(0, 500) } }
    } catch (error) {
      return outcomeOf(error, { ...config, isUncertain: hasBegun })
    } finally {
      timer.cancel()
      transport.close()
    }
  }
}

/** Tells when the first byte of the mail itself is on its way: from then on it may have arrived. */
function noticing(notice: () => void): PassThrough {
  const stream = new PassThrough()
  stream.once('data', notice)
  return stream
}

function transportOptions(config: Context['config']): SMTPTransportOptions {
  const { host, port, security, caCertificate, user, password } = config
  return {
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    connectionTimeout: 20_000,
    greetingTimeout: 30_000,
    socketTimeout: 60_000,
    socketCloseTimeout: 0,
    tls: {
      ...(caCertificate !== '' && { ca: caCertificate }),
      ...(isIP(host) === 0 && { servername: host }),
    },
    ...(user !== '' && { auth: { user, pass: password } }),
    // a mail holds what it was given, never what an address or a path in it leads to
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

function mailOf(parcel: Parcel, from: Mailbox, key: string): SendMailOptions {
  const { to, subject, text, html, attachment } = parcel.body as Mail
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1)
  return {
    from,
    to: { name: '', address: to },
    subject,
    text,
    ...(html !== undefined && { html }),
    ...(attachment && {
      attachments: [{ filename: attachment.name, content: Buffer.from(attachment.bytes) }],
    }),
    // the same at every try, so that mail programs show a repeat once
    messageId: `<wirehouse.${key}@${domain}>`,
    date: new Date(parcel.at),
    headers: {
      'X-Wirehouse-Post': key,
      'Auto-Submitted': 'auto-generated',
      ...(parcel.mayBeDouble && { 'X-Wirehouse-Repeated': 'yes' }),
    },
    ...(parcel.urgency === 'alarm' && { priority: 'high' as const }),
  }
}

function senderOf({ host, from }: Context['config']): Mailbox {
  if (host === '')
    throw new NodeError(
      'SMTP_HOST_MISSING',
      'The e-mail account has no mail server. Open the connection and enter one, for instance smtp.example.org.',
      { field: 'host' },
    )
  const sender = parseMailbox(from)
  if (sender) return sender
  throw new NodeError(
    'SMTP_FROM_MISSING',
    'The e-mail account has no sender. Open the connection and enter the address that mails come from.',
    { field: 'from' },
  )
}
