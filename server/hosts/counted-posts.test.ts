import { expect, test } from 'vitest'
import type { Message } from '#kit/message.ts'
import type { Post } from '#kit/runtime/outbox.ts'
import { CountedPosts } from './counted-posts.ts'

const post = (cause: Message): Post => ({ connection: 'bot', target: 'ada', body: 1, title: '', cause })

/** Posts for messages; answers the numbers that the outbox was given with them. */
async function counted(...causes: readonly (readonly [node: string, cause: Message])[]): Promise<number[]> {
  const indexes: number[] = []
  const posts = new CountedPosts({ post: async (_, __, index) => void indexes.push(index) })
  for (const [node, cause] of causes) await posts.post({ flow: 'f', node }, post(cause))
  return indexes
}

test('counts by node and message', async () => {
  const [one, two] = [
    { id: 'k1', payload: 1 },
    { id: 'k2', payload: 1 },
  ]
  expect(await counted(['a', one], ['a', one], ['b', one], ['a', two], ['a', one])).toEqual([0, 1, 0, 0, 2])
})

test('counts a message that runs again in the same thread apart', async () => {
  const again = { id: 'k1', payload: 1, repeated: true }
  expect(await counted(['a', { id: 'k1', payload: 1 }], ['a', again], ['a', again])).toEqual([0, 0, 1])
})

test('counts a message anew that begins its way again', async () => {
  const indexes: number[] = []
  const posts = new CountedPosts({ post: async (_, __, index) => void indexes.push(index) })
  const again = post({ id: 'k1', payload: 1, repeated: true })
  for (let tries = 0; tries < 2; tries++) {
    posts.begins('k1')
    await posts.post({ flow: 'f', node: 'a' }, again)
    await posts.post({ flow: 'f', node: 'a' }, again)
  }
  expect(indexes).toEqual([0, 1, 0, 1])
})

test('leaves the message behind, but for its name', async () => {
  const given: Post[] = []
  const posts = new CountedPosts({ post: async (_, one) => void given.push(one) })
  await posts.post({ flow: 'f', node: 'n' }, post({ id: 'k1', payload: Buffer.alloc(1_000), repeated: true }))
  expect(given).toEqual([post({ id: 'k1', payload: undefined, repeated: true })])
})
