// The part of the worker that shows what the house pushes to this browser, also while no page of it is open.

addEventListener('push', (event) => {
  const { title, text, tag, isAlarm, at } = event.data?.json() ?? {}
  event.waitUntil(
    registration.showNotification(title || 'Wirehouse', {
      body: text,
      // in place of the one before, should it come twice
      tag,
      timestamp: at,
      icon: '/notification.svg',
      requireInteraction: isAlarm === true,
    }),
  )
})

addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(openAlarms())
})

// The push service has moved this browser: the house has to know the new endpoint.
addEventListener('pushsubscriptionchange', (event) => {
  event.waitUntil(renew(event.oldSubscription))
})

/** Brings the page to the front that is open, or opens one. */
async function openAlarms() {
  const [page] = await clients.matchAll({ type: 'window' })
  if (!page) return clients.openWindow('/alarms')
  await page.focus()
  await page.navigate('/alarms')
}

async function renew(old) {
  const key = old?.options.applicationServerKey
  if (!key) return
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: key,
  })
  await fetch('/api/browsers', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(subscription),
  })
}
