import { expect, test } from 'vitest'
import { api } from './api.ts'

test.each(['home/../door', './door'])(
  'a browser would take the steps out of "%s": nothing is sent',
  (topic) => {
    const options = { qos: 0, retain: false } as const
    expect(() => api.mqtt.publish(topic, 'x', options)).toThrow(
      expect.objectContaining({ code: 'TOPIC_STEPS' }),
    )
    expect(() => api.mqtt.clear(topic)).toThrow(expect.objectContaining({ code: 'TOPIC_STEPS' }))
  },
)
