import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits, as text that fits a cookie and a URL. */
export const newSecret = (): string => randomBytes(32).toString('base64url')

/** What is stored of such a secret. Nobody guesses 256 bits, so a fast hash without salt is enough. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')
