import type { MosquittoFiles, MosquittoPlan } from './plan.ts'
import { readAcl } from './read-acl.ts'
import { readConf } from './read-conf.ts'
import { readPasswords } from './read-passwords.ts'

/** Reads what a Mosquitto was set up with. Changes nothing, and throws for nothing: what cannot be read is told. */
export function readMosquitto(files: MosquittoFiles): MosquittoPlan {
  const conf = readConf(files.conf ?? '', files)
  const passwords = readPasswords(files.passwords ?? '')
  const acl = readAcl(files.acl ?? '')
  return {
    users: passwords.users,
    rules: acl.rules,
    bridges: conf.bridges,
    limits: conf.limits,
    notes: [...conf.notes, ...passwords.notes, ...acl.notes],
  }
}
