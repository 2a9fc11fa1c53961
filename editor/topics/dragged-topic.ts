import type { DragEvent } from 'react'

/** What a topic carries while it is dragged: the filter to listen to. */
export const DRAGGED_TOPIC = 'application/x-wirehouse-topic'

export function dragTopic({ dataTransfer }: DragEvent, filter: string): void {
  dataTransfer.setData(DRAGGED_TOPIC, filter)
  dataTransfer.setData('text/plain', filter)
  dataTransfer.effectAllowed = 'copy'
}
