import { parentPort, workerData } from 'node:worker_threads'

// Asks addresses in turn until it is told to stop, and then tells how long each answer took, in milliseconds: from a
// loop of its own, so that a busy test does not count.
const { urls } = workerData as { readonly urls: readonly string[] }
let isOver = false
parentPort?.once('message', () => {
  isOver = true
})
const times: number[] = []
while (!isOver)
  for (const url of urls) {
    const before = performance.now()
    const response = await fetch(url)
    await response.arrayBuffer()
    if (response.status !== 200) throw new Error(`${url} answers ${response.status}`)
    times.push(performance.now() - before)
  }
parentPort?.postMessage(times)
