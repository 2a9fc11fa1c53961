import { findWorker, registerWorker } from '../app-shell/worker.ts'
import { api } from './api.ts'

export type NotificationState =
  /** The browser lets only pages use them that came by https, or from this machine. */
  | 'insecure'
  /** The browser knows none. */
  | 'unknown'
  /** Somebody said no when the browser asked. */
  | 'denied'
  | 'off'
  | 'on'

/** How notifications of this house stand in this browser. Tells the house of it again if they are on. */
export async function readNotifications(): Promise<NotificationState> {
  if (!window.isSecureContext) return 'insecure'
  if (!('serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window)) return 'unknown'
  if (Notification.permission === 'denied') return 'denied'
  const subscription = await findSubscription()
  if (!subscription || Notification.permission !== 'granted') return 'off'
  await api.browsers.add(subscription.toJSON())
  return 'on'
}

/** Asks the person, who may say no, and then lets the house write to this browser. */
export async function switchNotificationsOn(): Promise<NotificationState> {
  const permission = await Notification.requestPermission()
  if (permission !== 'granted') return permission === 'denied' ? 'denied' : 'off'
  const { publicKey } = await api.browsers.key()
  await registerWorker()
  const registration = await navigator.serviceWorker.ready
  // one for another house at the same address, or for keys that are gone, would be refused
  const old = await registration.pushManager.getSubscription()
  if (old && !isFor(old, publicKey)) await old.unsubscribe()
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: publicKey,
  })
  await api.browsers.add(subscription.toJSON())
  return 'on'
}

export async function switchNotificationsOff(): Promise<NotificationState> {
  const subscription = await findSubscription()
  if (subscription) {
    await api.browsers.remove(subscription.endpoint)
    await subscription.unsubscribe()
  }
  return 'off'
}

async function findSubscription(): Promise<PushSubscription | null> {
  const registration = await findWorker()
  return registration ? registration.pushManager.getSubscription() : null
}

const isFor = ({ options }: PushSubscription, publicKey: string): boolean =>
  options.applicationServerKey !== null && base64url(options.applicationServerKey) === publicKey

const base64url = (bytes: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
