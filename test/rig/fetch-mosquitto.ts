import { installMosquitto } from '../bench/peers/install-mosquitto.ts'

// The broker of somebody else, for tests with one. Where it cannot be had, they are left out.
try {
  installMosquitto()
} catch (error) {
  const { message } = error as Error
  process.stdout.write(`${message}\nThe tests with another broker are left out.\n`)
}
