import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Made by `openssl`, as people make them: a CA, a certificate for 127.0.0.1, and one for a client. */
export function makeCertificates(folder: string) {
  const run = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' })
  const key = (name: string) =>
    run('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', `${name}.key`)
  key('ca')
  run('req', '-x509', '-new', '-key', 'ca.key', '-subj', '/CN=Test CA', '-days', '2', '-out', 'ca.crt')
  for (const [name, subject, ...extensions] of [
    ['server', '/CN=broker', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:broker.example'],
    ['client', '/CN=house'],
  ] as const) {
    key(name)
    run('req', '-new', '-key', `${name}.key`, '-subj', subject, ...extensions, '-out', `${name}.csr`)
    const sign = ['-req', '-in', `${name}.csr`, '-CA', 'ca.crt', '-CAkey', 'ca.key', '-days', '2']
    run('x509', ...sign, '-copy_extensions', 'copy', '-out', `${name}.crt`)
  }
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  return { ca: read('ca.crt'), clientCertificate: read('client.crt'), clientKey: read('client.key') }
}
