import type { ControlInput, ControlProblem } from './control-input.ts'
import { parseClockMove, parseFaultRule, parseMetrics } from './control-input.ts'
import type { EmulatorAnswer, EmulatorRequest } from './emulator-definition.ts'
import type { EmulatorWorld } from './emulator-world.ts'
import { decodeSegment, matchRoute } from './match-route.ts'
import { parseJson } from './read-request.ts'
import type { Emulator } from './start-emulator.ts'

/** Path under which tests in any language drive an emulator. */
export const controlPath = '/_emulator/'

/** What the control calls act on: the members of a running emulator. */
export type ControlledEmulator = Omit<Emulator, 'close' | 'url' | 'platform'> & { now(): number }

interface ControlCall {
  readonly method: string
  readonly path: RegExp
  answer(emulator: ControlledEmulator, input: unknown, params: readonly string[]): EmulatorAnswer
}

const calls: readonly ControlCall[] = [
  { method: 'GET', path: /^credentials$/, answer: (emulator) => ok(emulator.credentials()) },
  { method: 'GET', path: /^posts$/, answer: (emulator) => ok(emulator.posts()) },
  { method: 'GET', path: /^requests$/, answer: (emulator) => ok(emulator.requests()) },
  {
    method: 'POST',
    path: /^faults$/,
    answer: (emulator, input) =>
      withInput(parseFaultRule(input), (rule) => {
        emulator.addFault(rule)
        return ok(rule)
      }),
  },
  {
    method: 'DELETE',
    path: /^faults$/,
    answer(emulator) {
      emulator.clearFaults()
      return ok({})
    },
  },
  {
    method: 'POST',
    path: /^clock$/,
    answer: (emulator, input) =>
      withInput(parseClockMove(input), ({ advanceMs }) => {
        emulator.advanceClock(advanceMs)
        return ok({ now: new Date(emulator.now()).toISOString() })
      }),
  },
  {
    method: 'POST',
    path: /^posts\/([^/]+)\/metrics$/,
    answer: (emulator, input, [id = '']) =>
      withInput(parseMetrics(input), (metrics) =>
        emulator.setMetrics(decodeSegment(id), metrics)
          ? ok({})
          : refuse(404, [{ path: '', problem: `there is no post ${id}` }]),
      ),
  },
  {
    method: 'POST',
    path: /^reset$/,
    answer(emulator) {
      emulator.reset()
      return ok({})
    },
  },
]

/** Answers a control call: 400 with all problems of its input, 404 and 405 for calls that there are not. */
export function answerControlCall(
  emulator: ControlledEmulator,
  call: { readonly method: string; readonly path: string; readonly body: Uint8Array },
): EmulatorAnswer {
  const name = call.path.slice(controlPath.length)
  const named = calls.filter((candidate) => candidate.path.test(name))
  const found = named.find((candidate) => candidate.method === call.method)
  if (!found) {
    const offered = (named.length > 0 ? named : calls).map(({ method, path }) => `${method} ${path.source}`).join(', ')
    return refuse(named.length > 0 ? 405 : 404, [{ path: '', problem: `no such call; there are: ${offered}` }])
  }
  return found.answer(emulator, parseJson(call.body), found.path.exec(name)?.slice(1) ?? [])
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
