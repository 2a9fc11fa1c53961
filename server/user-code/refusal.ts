/** What the API of functions answers to a use that it does not allow; user code sees a `TypeError`. */
export class Refusal extends TypeError {}

Object.freeze(Refusal)
Object.freeze(Refusal.prototype)
