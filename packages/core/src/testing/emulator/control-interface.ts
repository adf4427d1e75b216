import type { ControlInput, ControlProblem } from './control-input.ts'
import { parseClockMove, parseFaultRule, parseMetrics } from './control-input.ts'
import type { EmulatorAnswer, EmulatorRequest } from './emulator-definition.ts'
import type { EmulatorWorld } from './emulator-world.ts'
import { matchPath, matchRoute } from './match-route.ts'
import { parseJson } from './read-request.ts'
import type { Emulator } from './start-emulator.ts'

/** Path under which tests in any language drive an emulator. */
export const controlPath = '/_emulator/'

/** What the control calls act on: the members of a running emulator. */
export type ControlledEmulator = Omit<Emulator, 'close' | 'url' | 'platform'> & {
  now(): number
  /** Names of counters that can be set; undefined for any. */
  readonly counters: readonly string[] | undefined
}

interface ControlCall {
  readonly method: string
  /** `/_emulator/posts/:id/metrics`. */
  readonly path: string
  answer(emulator: ControlledEmulator, input: unknown, params: Readonly<Record<string, string>>): EmulatorAnswer
}

const calls: readonly ControlCall[] = [
  { method: 'GET', path: '/_emulator/credentials', answer: (emulator) => ok(emulator.credentials()) },
  { method: 'GET', path: '/_emulator/posts', answer: (emulator) => ok(emulator.posts()) },
  { method: 'GET', path: '/_emulator/requests', answer: (emulator) => ok(emulator.requests()) },
  {
    method: 'POST',
    path: '/_emulator/faults',
    answer: (emulator, input) =>
      withInput(parseFaultRule(input), (rule) => {
        emulator.addFault(rule)
        return ok(rule)
      }),
  },
  {
    method: 'DELETE',
    path: '/_emulator/faults',
    answer(emulator) {
      emulator.clearFaults()
      return ok({})
    },
  },
  {
    method: 'POST',
    path: '/_emulator/clock',
    answer: (emulator, input) =>
      withInput(parseClockMove(input), ({ advanceMs }) => {
        emulator.advanceClock(advanceMs)
        return ok({ now: new Date(emulator.now()).toISOString() })
      }),
  },
  {
    method: 'POST',
    path: '/_emulator/posts/:id/metrics',
    answer: (emulator, input, { id = '' }) =>
      withInput(parseMetrics(input, emulator.counters), (metrics) =>
        emulator.setMetrics(id, metrics) ? ok({}) : refuse(404, [{ path: '', problem: `there is no post ${id}` }]),
      ),
  },
  {
    method: 'POST',
    path: '/_emulator/reset',
    answer(emulator) {
      emulator.reset()
      return ok({})
    },
  },
]

interface NamedCall {
  readonly method: string
  readonly path: string
}

/** @param own Calls of the platform alone. */
export const listControlCalls = (own: readonly NamedCall[] = []): readonly NamedCall[] => [...calls, ...own]

/**
 * Answers a control call: 400 with all problems of its input, 404 and 405 for calls that there are not, with those that there are.
 *
 * @param own Calls of the platform alone; answered elsewhere.
 */
export function answerControlCall(
  emulator: ControlledEmulator,
  call: { readonly method: string; readonly path: string; readonly body: Uint8Array },
  own?: readonly NamedCall[],
): EmulatorAnswer {
  const found = calls
    .map((candidate) => ({ candidate, params: matchPath(candidate.path, call.path) }))
    .find(({ candidate, params }) => params && candidate.method === call.method)
  if (found?.params) return found.candidate.answer(emulator, parseJson(call.body), found.params)
  const all = listControlCalls(own)
  const named = all.filter(({ path }) => matchPath(path, call.path))
  const offered = (named.length > 0 ? named : all).map(({ method, path }) => `${method} ${path}`).join(', ')
  return refuse(named.length > 0 ? 405 : 404, [{ path: '', problem: `no such call; there are: ${offered}` }])
}

/** Answers a control call of the platform's own; undefined when it is none. */
export async function answerOwnControlCall<State>(
  world: EmulatorWorld<State>,
  request: EmulatorRequest,
): Promise<EmulatorAnswer | undefined> {
  const { controls = [], afterwards } = world.definition
  const matched = matchRoute(controls, request.method, request.path)
  if (!matched) return undefined
  const context = world.context(undefined)
  const known = { ...request, json: parseJson(request.body), params: matched.params }
  const answer = await matched.route.answer(known, context)
  world.save()
  afterwards?.(context)
  return answer
}

function withInput<Value>(input: ControlInput<Value>, answer: (value: Value) => EmulatorAnswer): EmulatorAnswer {
  return input.problems ? refuse(400, input.problems) : answer(input.value)
}

function ok(json: unknown): EmulatorAnswer {
  return { status: 200, json }
}

function refuse(status: number, problems: readonly ControlProblem[]): EmulatorAnswer {
  return { status, json: { problems } }
}
