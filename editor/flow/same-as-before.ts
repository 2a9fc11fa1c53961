/** Answers what it has answered before as long as that says the same, so that nothing is drawn anew for it. */
export function sameAsBefore<Value>(isSame: (before: Value, now: Value) => boolean): (now: Value) => Value {
  let before: { readonly value: Value } | undefined
  return (now) => {
    if (!before || !isSame(before.value, now)) before = { value: now }
    return before.value
  }
}
