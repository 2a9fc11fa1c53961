import { useEffect, useSyncExternalStore } from 'react'
import { topicForest, watchTopics } from './live-topics.ts'
import type { TopicForest } from './topic-forest.ts'

/** The topics, kept up to date while the component stands; it is drawn anew with each change, five times a second at most. */
export function useTopics(): TopicForest {
  useEffect(watchTopics, [])
  useSyncExternalStore(topicForest.subscribe, () => topicForest.version)
  return topicForest
}
