/**
 * Answers how to ask for a call. What is asked for after a rest comes with the next frame; what is asked for again and
 * again, once in so many milliseconds.
 */
export function paced(call: () => void, everyMs: number): () => void {
  let isAsked = false
  let calledAt = Number.NEGATIVE_INFINITY
  const work = () => {
    isAsked = false
    calledAt = performance.now()
    call()
  }
  return () => {
    if (isAsked) return
    isAsked = true
    const rest = calledAt + everyMs - performance.now()
    if (rest > 0) setTimeout(() => requestAnimationFrame(work), rest)
    else requestAnimationFrame(work)
  }
}
