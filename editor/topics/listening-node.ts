import { mqttIn } from '#nodes/mqtt-in/definition.ts'

/** The node that a topic becomes on a canvas. */
export const listeningNode = (filter: string) => ({ type: mqttIn.type, config: { topic: filter } })
