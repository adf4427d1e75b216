import { describe, expect, test } from 'vitest'
import { SCRIPTED_SHAPES, type ScriptedFault } from '../../testing/scripted/scripted-platform.ts'
import { createMachine } from './machine.ts'

const DAY_MS = 24 * 3_600_000

describe.each(SCRIPTED_SHAPES)('on a platform of shape %s', (shape) => {
  test('publishes a post once', async () => {
    const machine = createMachine(shape)
    const id = machine.add()
    const publication = await machine.runFor(id, DAY_MS)
    expect(publication.state).toBe('published')
    expect(machine.platform.posts()).toHaveLength(1)
  })

  test('publishes a thread in order, each part a reply to the one before', async () => {
    const machine = createMachine(shape)
    const id = machine.add({ texts: ['one', 'two', 'three'] })
    const publication = await machine.runFor(id, DAY_MS)
    expect(publication.state).toBe('published')
    const posts = machine.platform.posts()
    expect(posts.map((post) => post.text)).toEqual(['one', 'two', 'three'])
    expect(posts.map((post) => post.parentId)).toEqual([null, posts[0]?.id, posts[1]?.id])
  })

  test.each<ScriptedFault>([
    { kind: 'accept_then_lose' },
    { kind: 'lose_before' },
    { kind: 'effect_later', afterMs: 30_000 },
    { kind: 'not_sent' },
    { kind: 'crash', effect: 'after' },
    { kind: 'refuse', code: 'rate_limited' },
    { kind: 'refuse', code: 'token_expired' },
    { kind: 'refuse', code: 'not_accepted' },
  ])('never has two posts after %o', async (fault) => {
    const machine = createMachine(shape)
    const id = machine.add()
    machine.platform.fail('publish', fault)
    const publication = await machine.runFor(id, DAY_MS)
    const live = machine.platform.posts().length
    const proof = shape === 'container' || shape === 'last_chunk' || shape === 'idempotency_key'
    expect({ state: publication.state, live }).toEqual(
      fault.kind === 'lose_before' && !proof ? { state: 'needs_attention', live: 0 } : { state: 'published', live: 1 },
    )
  })
})
