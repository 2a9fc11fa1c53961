/** Why a connection failed, and what to do about it, by the error codes of the operating system. */
const explanations: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there. Is brickd installed and running, and the port right?',
  ENOTFOUND: 'there is no computer of this name. Check the host.',
  EAI_AGAIN: 'the name cannot be looked up now. Check the network, or enter the address as numbers.',
  EHOSTUNREACH: 'the computer does not answer. Is it switched on?',
  ENETUNREACH: 'there is no way to this network. Check the network.',
  ETIMEDOUT: 'the computer does not answer. Is it switched on?',
  ECONNRESET: 'the connection was cut.',
}

/** The second half of a sentence: "… cannot be reached: nothing listens there." */
export function explainFailure(error: Error & { readonly code?: string }): string {
  const code =
    error.code ?? (error.cause instanceof Error ? (error.cause as { code?: string }).code : undefined)
  return explanations[code ?? ''] ?? `${error.message}.`
}
