import type { ServerResponse } from 'node:http'
import type { EmulatorAnswer, EmulatorContext, EmulatorRequest } from './emulator-definition.ts'
import type { EmulatorFault } from './emulator-fault.ts'
import type { EmulatorWorld } from './emulator-world.ts'
import { listMethods, matchRoute } from './match-route.ts'
import { resetConnection, sendAnswer, sendTruncated } from './send-answer.ts'

type Fault<Kind extends EmulatorFault['kind']> = Extract<EmulatorFault, { kind: Kind }>

/** Answers a request of the platform, played with the fault that hits it. Returns the status that went out, null when the socket died. */
export async function answerRequest<State>(
  world: EmulatorWorld<State>,
  request: EmulatorRequest,
  response: ServerResponse,
  fault: EmulatorFault | undefined,
): Promise<number | null> {
  switch (fault?.kind) {
    case 'refuse':
      return sendAnswer(response, toAnswer(fault))
    case 'reset_before':
      return resetConnection(response)
    case 'rate_limit':
      return sendAnswer(response, limitRate(world, request, fault))
    case 'accept_then_status':
      await carryOut(world, request, fault)
      return sendAnswer(response, toAnswer(fault))
    case 'accept_then_reset':
      await carryOut(world, request, fault)
      return resetConnection(response)
    case 'html_502':
      if (fault.effect !== 'before') await carryOut(world, request, fault)
      return sendAnswer(response, badGateway)
    case 'truncate_body':
      return sendTruncated(response, await (fault.effect === 'before' ? rehearse : carryOut)(world, request, fault))
    case 'delay':
      return answerLate(world, request, response, fault)
    default:
      return sendAnswer(response, await carryOut(world, request, fault))
  }
}

async function answerLate<State>(
  world: EmulatorWorld<State>,
  request: EmulatorRequest,
  response: ServerResponse,
  fault: Fault<'delay'>,
): Promise<number | null> {
  const dueAt = world.clock.now() + fault.ms
  const answered = fault.effect === 'before' ? undefined : await carryOut(world, request, fault)
  if ((await world.clock.waitUntil(dueAt)) === 'dropped') return resetConnection(response)
  return sendAnswer(response, answered ?? (await carryOut(world, request, fault)))
}

/** What happens, happens here, and is saved. */
async function carryOut<State>(
  world: EmulatorWorld<State>,
  request: EmulatorRequest,
  fault: EmulatorFault | undefined,
): Promise<EmulatorAnswer> {
  const context = world.context(fault)
  const answer = await askPlatform(world, request, context)
  world.save()
  world.definition.afterwards?.(context)
  return answer
}

/** The answer that would have come; nothing has happened. */
function rehearse<State>(world: EmulatorWorld<State>, request: EmulatorRequest, fault: EmulatorFault) {
  return askPlatform(world, request, world.scratchContext(fault))
}

function limitRate<State>(world: EmulatorWorld<State>, request: EmulatorRequest, fault: Fault<'rate_limit'>) {
  const answer = world.definition.rateLimited(request, world.context(fault), fault)
  world.save()
  return answer
}

async function askPlatform<State>(
  { definition }: EmulatorWorld<State>,
  request: EmulatorRequest,
  context: EmulatorContext<State>,
): Promise<EmulatorAnswer> {
  const matched = matchRoute(definition.routes, request.method, request.path)
  if (!matched && request.method === 'OPTIONS') {
    const methods = listMethods(definition.routes, request.path)
    if (methods.length > 0) return { status: 204, headers: { allow: ['OPTIONS', ...methods].join(', ') } }
  }
  const known = { ...request, params: matched?.params ?? {} }
  const answer =
    definition.before?.(known, context) ??
    (matched ? await matched.route.answer(known, context) : definition.notFound(known, context))
  return definition.after?.(known, answer, context) ?? answer
}

function toAnswer({ status, body, headers = {} }: Fault<'refuse' | 'accept_then_status'>): EmulatorAnswer {
  return { ...(typeof body === 'string' ? { text: body } : { json: body }), status, headers }
}

const badGateway: EmulatorAnswer = {
  status: 502,
  html: '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n</body>\r\n</html>\r\n',
}
