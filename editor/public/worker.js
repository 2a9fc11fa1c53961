// The one worker of the page, plain JavaScript as it is served: it keeps the shell of the editor, so that the app opens
// while the house is away, and shows notifications. Only the shell: nothing that the house said is ever kept.

// The first is made by the build, and differs with each: that is how a browser learns of a new worker.
importScripts('/shell-files.js', '/push-worker.js')

const { version, files } = self.shell
const PAGE = '/index.html'
const PREFIX = 'wirehouse-shell-'
const CACHE = PREFIX + version
/** Milliseconds until a house that does not answer counts as away. */
const PATIENCE_MS = 4_000

addEventListener('install', (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll([PAGE, ...files])))
})

// Comes once no page of the version before is open any more.
addEventListener('activate', (event) => {
  event.waitUntil(dropOldShells())
})

addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method !== 'GET' || origin !== location.origin || pathname.startsWith('/api/')) return
  if (request.mode === 'navigate') event.respondWith(openPage(request))
  else if (files.includes(pathname)) event.respondWith(openFile(request))
})

async function dropOldShells() {
  const names = await caches.keys()
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== CACHE)
  await Promise.all(old.map((name) => caches.delete(name)))
}

/** The page as the house serves it, so that a new version counts at once; the kept one if the house is away. */
async function openPage(request) {
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), PATIENCE_MS)
  try {
    return await fetch(request, { signal: limit.signal })
  } catch (error) {
    const kept = await caches.match(PAGE, { cacheName: CACHE })
    if (!kept) throw error
    return kept
  } finally {
    clearTimeout(timer)
  }
}

/** A file with its hash in its name never changes. */
const openFile = async (request) =>
  (await caches.match(request.url, { cacheName: CACHE, ignoreVary: true })) ?? fetch(request)
