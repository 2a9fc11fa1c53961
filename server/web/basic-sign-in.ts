import type { IncomingMessage } from 'node:http'
import type { Identity } from './identify.ts'
import type { SignIn } from './sign-in.ts'

/**
 * Signs in who sends name and password along (RFC 7617), as simple devices do. Answers nothing where none are sent;
 * throws as `SignIn` does where they are wrong.
 */
export async function signInByHeader(
  request: IncomingMessage,
  signIn: SignIn,
): Promise<Identity | undefined> {
  const [, encoded] = /^Basic +([A-Za-z0-9+/=]{1,2048})$/i.exec(request.headers.authorization ?? '') ?? []
  if (encoded === undefined) return undefined
  const text = Buffer.from(encoded, 'base64').toString()
  const colon = text.indexOf(':')
  if (colon < 0) return undefined
  const address = request.socket.remoteAddress ?? ''
  const user = await signIn.withPassword(text.slice(0, colon), text.slice(colon + 1), address)
  return { user, by: 'password', secret: '' }
}
