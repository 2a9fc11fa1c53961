import { Worker } from 'node:worker_threads'

/** A certificate that is to be made, with a key of its own (EC P-256). */
export interface CertificateOrder {
  readonly kind: 'authority' | 'server' | 'client'
  readonly commonName: string
  /** Under what a server is reached. */
  readonly names?: readonly string[]
  readonly addresses?: readonly string[]
  /** Milliseconds since 1970. */
  readonly from: number
  readonly until: number
  /** Who signs it; an authority signs itself. */
  readonly issuer?: KeyPair
}

/** PEM. The certificate may be a chain, its own first. */
export interface KeyPair {
  readonly cert: string
  readonly key: string
}

/** Sources run as they are; a bundle has the thread's program beside its own file. */
const threadFile = import.meta.url.endsWith('.ts') ? './certificate-thread.ts' : './certificate-thread.js'

/** In a thread of its own: what it loads costs a start 60 ms and the house 20 MB, and is needed twice a year. */
export function makeCertificate(workerData: CertificateOrder): Promise<KeyPair> {
  const worker = new Worker(new URL(threadFile, import.meta.url), { workerData })
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`the certificate thread ended with code ${code}`)))
  })
}
