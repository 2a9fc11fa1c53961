import { createHmac, randomBytes } from 'node:crypto'

/** Functions of the brickd itself, UID 1. */
export const GET_NONCE = 1
export const AUTHENTICATE = 2

/** Answers the server's nonce: our own nonce (4 bytes) and HMAC-SHA1(secret, server nonce ‖ own nonce) (20 bytes). */
export function answerNonce(secret: string, serverNonce: Buffer, ownNonce: Buffer = randomBytes(4)): Buffer {
  return Buffer.concat([ownNonce, digest(secret, serverNonce, ownNonce)])
}

export const digest = (secret: string, serverNonce: Buffer, clientNonce: Buffer): Buffer =>
  createHmac('sha1', secret).update(serverNonce).update(clientNonce).digest()
