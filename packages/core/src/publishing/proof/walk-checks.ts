import type { PublicationId } from '../../model/ids.ts'
import { isFinal, type PublicationRecord } from '../../model/publication.ts'
import type { ScriptedPost } from '../../testing/scripted/scripted-platform.ts'
import { partKey, type World } from './walk-world.ts'

/** What must hold at every moment. */
export async function check(world: World): Promise<void> {
  const { store, platform } = world.machine
  for (const id of world.ids) {
    const publication = store.read(id)
    for (const part of publication.parts) {
      world.parts.set(world.keyOf(part.id, publication.revision), { id, index: part.index })
    }
  }
  const [broken] = world.broken
  if (broken !== undefined) throw new Error(broken)
  const live = platform.posts()
  const byPart = new Map<string, number>()
  for (const post of live) {
    const owner = world.parts.get(partKey(post.key))
    const name = owner ? `${owner.id}/${owner.index}` : post.key
    byPart.set(name, (byPart.get(name) ?? 0) + 1)
  }
  for (const [part, count] of byPart) if (count > 1) throw new Error(`${count} live posts for ${part}`)
  for (const post of live) {
    if (world.seen.has(post.id)) continue
    world.seen.add(post.id)
    await checkNewPost(world, post)
  }
  for (const [id, attempts] of world.stopped)
    if (countAttempts(store.read(id)) > attempts) throw new Error('an attempt was begun after a cancel was answered')
}

async function checkNewPost(world: World, post: ScriptedPost): Promise<void> {
  const { store, platform } = world.machine
  const owner = world.parts.get(partKey(post.key))
  if (!owner) throw new Error(`a post of nobody: ${post.text}`)
  const publication = store.read(owner.id)
  const content = await store.readContent(
    { agencyId: publication.agencyId, publicationId: owner.id },
    { revision: publication.revision, partIndex: owner.index },
  )
  if (content.request.text !== post.text) throw new Error(`published an edited-away text: ${post.text}`)
  if (publication.approval === 'required' && publication.approvedHash !== publication.revisionHash)
    throw new Error('published without approval')
  const parent = platform.allPosts().find((candidate) => candidate.id === post.parentId)
  if (owner.index > 0 && !(parent && isOf(world, parent.key, owner.id, owner.index - 1)))
    throw new Error('a reply to something else than the part before it')
}

export const countAttempts = (publication: PublicationRecord): number =>
  publication.parts.reduce((count, part) => count + part.attempts.length, 0)

const isOf = (world: World, key: string, id: PublicationId, index: number): boolean => {
  const owner = world.parts.get(partKey(key))
  return owner?.id === id && owner.index === index
}

/** What must hold once everything has come to rest. */
export function checkEnd(world: World, id: PublicationId): void {
  const { store, platform } = world.machine
  const publication = store.read(id)
  const live = platform.posts()
  const mine = live.filter((post) => world.parts.get(partKey(post.key))?.id === id)
  const fail = (what: string): never => {
    throw new Error(
      `${what}: ${publication.state}, ${mine.length} live\n${JSON.stringify(publication, null, 1)}\n${JSON.stringify(live)}`,
    )
  }
  if (!isFinal(publication.state)) {
    if (publication.state !== 'needs_attention') fail('no way on')
    return
  }
  for (const part of publication.parts) {
    const posted = mine.filter((post) => world.parts.get(partKey(post.key))?.index === part.index)
    if (platform.allPosts().some((post) => world.takenOff.has(post.id) && isOf(world, post.key, id, part.index)))
      continue
    if (part.state === 'published' && posted.length !== 1) fail(`part ${part.index} says published`)
    if (part.state === 'published' && part.externalId !== null && posted[0]?.id !== part.externalId)
      fail(`part ${part.index} is bound to another post`)
    if (part.state !== 'published' && posted.length > 0) fail(`part ${part.index} is ${part.state} but live`)
  }
  if (['canceled', 'missed', 'refused'].includes(publication.state) && mine.length > 0)
    fail('an end that contradicts the platform')
}
