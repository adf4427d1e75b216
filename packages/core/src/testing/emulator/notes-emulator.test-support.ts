import { afterEach, beforeEach } from 'vitest'
import { createFixedClock } from '../fixed-clock.ts'
import type { EmulatorDefinition } from './emulator-definition.ts'
import type { EmulatorFault } from './emulator-fault.ts'
import { type Emulator, startEmulator } from './start-emulator.ts'

interface Notes {
  notes: { id: string; text: string; photo: string | null; likes: number }[]
  token: string
}

/** A platform with one kind of post, and routes that show what the toolkit gives to a route. */
export const notesPlatform: EmulatorDefinition<Notes> = {
  platform: 'notes',
  home: '/pages',
  seed: () => ({ notes: [], token: 'seeded' }),
  routes: [
    {
      method: 'POST',
      path: '/notes',
      answer(request, { state, blobs }) {
        const photo = request.form.get('photo')
        const note = {
          id: String(state.notes.length + 1),
          text: String(request.form.get('text') ?? Object(request.json).text ?? request.urlencoded.get('text')),
          photo: typeof photo === 'object' ? blobs.put(photo.bytes) : null,
          likes: 0,
        }
        state.notes.push(note)
        return { status: 201, json: note }
      },
    },
    {
      method: 'GET',
      path: '/notes/:id',
      answer(request, { state }) {
        const note = state.notes.find(({ id }) => id === request.params.id)
        return note ? { status: 200, json: note } : { status: 404, json: {} }
      },
    },
    { method: 'GET', path: '/now', answer: (_, { now }) => ({ status: 200, json: { now } }) },
    { method: 'GET', path: '/fault', answer: (_, { fault }) => ({ status: 200, json: { fault } }) },
    {
      method: 'GET',
      path: '/blobs/*sha256',
      answer(request, { blobs }) {
        const body = blobs.get(request.params.sha256 ?? '')
        return body ? { status: 200, bytes: { body, type: 'image/png' } } : { status: 404 }
      },
    },
    {
      method: 'GET',
      path: '/broken',
      answer() {
        throw new Error('a bug')
      },
    },
  ],
  after: (_, answer) => ({ ...answer, headers: { ...answer.headers, 'x-platform': 'notes' } }),
  notFound: (request) => ({ status: 404, json: { error: `no ${request.path}` } }),
  credentials: (state) => ({
    app: { clientId: 'app', clientSecret: 'hush', redirectUris: [] },
    accounts: [{ id: '1', username: 'ada', accessToken: state.token, refreshToken: null, scopes: [] }],
  }),
  posts: (state) =>
    state.notes.map(({ id, text, photo }) => ({
      id,
      accountId: '1',
      kind: 'post',
      text,
      mediaSha256: photo ? [photo] : [],
      parentId: null,
      target: null,
      visibility: 'public',
      createdAt: '2026-12-01T12:00:00.000Z',
      removedAt: null,
    })),
  controls: [
    {
      method: 'POST',
      path: '/_emulator/notes/:id/text',
      answer(request, { state }) {
        const note = state.notes.find(({ id }) => id === request.params.id)
        if (note) note.text = String(Object(request.json).text)
        return { status: note ? 200 : 404, json: {} }
      },
    },
  ],
  counters: ['likes', 'shares'],
  setMetrics(state, postId, metrics) {
    const note = state.notes.find(({ id }) => id === postId)
    if (note && !('curve' in metrics)) note.likes = Number(metrics.likes)
    return note !== undefined
  },
  rateLimited: (_, __, fault) => ({
    status: 429,
    headers: { 'retry-after': String((fault.retryAfterMs ?? 1000) / 1000) },
  }),
}

/** An emulator of it before each test, on a clock that stands still, with what tests do to it. */
export function useNotesEmulator() {
  const clock = createFixedClock()
  let emulator: Emulator
  beforeEach(async () => {
    emulator = await startEmulator(notesPlatform, { now: clock.now })
  })
  afterEach(() => emulator.close())
  return {
    clock,
    get emulator() {
      return emulator
    },
    async restart(stateFile: string) {
      await emulator.close()
      emulator = await startEmulator(notesPlatform, { now: clock.now, stateFile })
    },
    write: (text: string, init?: RequestInit) =>
      fetch(`${emulator.url}/notes`, {
        method: 'POST',
        body: JSON.stringify({ text }),
        headers: { 'content-type': 'application/json' },
        ...init,
      }),
    control: (method: string, path: string, body?: unknown) =>
      fetch(`${emulator.url}/_emulator/${path}`, {
        method,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    hit: (fault: EmulatorFault) => emulator.addFault({ match: { method: 'POST', path: '/notes' }, fault }),
    texts: () => emulator.posts().map(({ text }) => text),
  }
}

/** `reset` when the socket died before the status, `truncated 201` when it died in the body. */
export async function describeAnswer(answer: Promise<Response>): Promise<number | string> {
  let status: number
  try {
    const response = await answer
    status = response.status
    try {
      await response.text()
      return status
    } catch {
      return `truncated ${status}`
    }
  } catch {
    return 'reset'
  }
}
