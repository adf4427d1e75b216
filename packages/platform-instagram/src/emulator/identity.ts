import type { EmulatorAnswer } from '@ofm-social/core/testing'
import { answerJson, graphHosts, type InstagramCall, type InstagramEndpoint } from './call.ts'
import { authenticate, type Caller, listPages } from './caller.ts'
import { parseFields, selectFields } from './fields.ts'
import { missingObject, permissionDenied, wrongParameter } from './graph-error.ts'
import { cutPage } from './paging.ts'
import { toPageFields } from './people-fields.ts'
import { scopes } from './scopes.ts'
import { queueSignedRequest } from './signed-request.ts'
import type { BusinessEdge, FacebookPage, FacebookUser, InstagramLogin, InstagramState } from './state.ts'

const facebook = ['graph.facebook.com'] as const
const pageLimits = { defaultLimit: 25, limitMax: 100 }

/** Who the person is, what they allowed, and which Pages they have. */
export const identityEndpoints: readonly InstagramEndpoint[] = [
  { method: 'GET', hosts: facebook, path: '/:user/accounts', answer: listOwnPages },
  { method: 'GET', hosts: facebook, path: '/:user/businesses', answer: listBusinesses },
  {
    method: 'GET',
    hosts: facebook,
    path: '/:business/owned_pages',
    answer: (call) => listOfBusiness(call, 'owned_pages'),
  },
  {
    method: 'GET',
    hosts: facebook,
    path: '/:business/client_pages',
    answer: (call) => listOfBusiness(call, 'client_pages'),
  },
  { method: 'GET', hosts: graphHosts, path: '/:user/permissions', answer: listPermissions },
  { method: 'DELETE', hosts: graphHosts, path: '/:user/permissions', answer: removeApp },
]

function requirePerson(call: InstagramCall, caller: Caller): FacebookUser {
  const person = call.context.state.facebookUsers.find(({ id }) => id === caller.token.ownerId)
  const asked = call.ids.user ?? ''
  if (!person || (asked !== 'me' && asked !== person.id)) throw missingObject(asked, call.request.method)
  if (caller.token.kind === 'page') {
    throw wrongParameter('(#100) Tried accessing nonexisting field (accounts) on node type (Page)')
  }
  return person
}

function requireScope({ token }: Caller, scope: string): void {
  if (!token.scopes.includes(scope)) throw permissionDenied(scope)
}

function listOwnPages(call: InstagramCall): EmulatorAnswer {
  const caller = authenticate(call)
  const person = requirePerson(call, caller)
  requireScope(caller, 'pages_show_list')
  return answerPages(call, caller, listOfEdge(call, { caller, person, edge: 'accounts' }))
}

function listBusinesses(call: InstagramCall): EmulatorAnswer {
  const caller = authenticate(call)
  const person = requirePerson(call, caller)
  requireScope(caller, 'business_management')
  return answerJson({ data: [{ id: person.businessId, name: `Business of ${person.name}` }] })
}

function listOfBusiness(call: InstagramCall, edge: BusinessEdge): EmulatorAnswer {
  const caller = authenticate(call)
  const person = requireBusiness(call, caller)
  return answerPages(call, caller, listOfEdge(call, { caller, person, edge }))
}

/** Every Page of a person is in one of the listings. */
function listOfEdge(
  { context, settings }: InstagramCall,
  wanted: { readonly caller: Caller; readonly person: FacebookUser; readonly edge: BusinessEdge | 'accounts' },
): readonly FacebookPage[] {
  const otherwise = settings.businessOnly.includes(wanted.person.name) ? 'owned_pages' : 'accounts'
  return listPages(context.state, wanted.caller).filter((page) => (page.throughBusiness ?? otherwise) === wanted.edge)
}

function requireBusiness(call: InstagramCall, caller: Caller): FacebookUser {
  const person = call.context.state.facebookUsers.find(({ id }) => id === caller.token.ownerId)
  if (person?.businessId !== call.ids.business || !person) throw missingObject(call.ids.business ?? '', 'GET')
  requireScope(caller, 'business_management')
  return person
}

function answerPages(call: InstagramCall, caller: Caller, pages: readonly FacebookPage[]): EmulatorAnswer {
  const { items, paging } = cutPage(call, pages, pageLimits)
  const asked = parseFields(call.parameters.get('fields') || 'access_token,category,category_list,name,id,tasks')
  const data = items.map((page) => selectFields(toPageFields(call, caller, page), asked, 'Page'))
  return answerJson(paging === undefined ? { data } : { data, paging })
}

function listPermissions(call: InstagramCall): EmulatorAnswer {
  const { token, login } = authenticate(call)
  const declined = call.settings.declinedScopes.filter((scope) => scopes[login].includes(scope))
  return answerJson({
    data: [
      ...token.scopes.map((permission) => ({ permission, status: 'granted' })),
      ...declined
        .filter((scope) => !token.scopes.includes(scope))
        .map((permission) => ({ permission, status: 'declined' })),
    ],
  })
}

function removeApp(call: InstagramCall): EmulatorAnswer {
  const { token, login } = authenticate(call)
  if (login === 'instagram' && call.settings.instagramRevocation === 'unsupported') {
    throw wrongParameter('Unsupported delete request')
  }
  revokeApp(call, login, token.ownerId)
  return answerJson({ success: true })
}

/** No token of this person works any more, and the app is told. */
export function revokeApp(call: InstagramCall, login: InstagramLogin, ownerId: string): void {
  const { state } = call.context
  for (const token of state.tokens) if (token.ownerId === ownerId) token.revoked ??= 458
  queueSignedRequest(call, { login, id: toScopedId(state, ownerId) }, 'deauthorize')
}

/** The id by which the app knows a person. */
export function toScopedId(state: InstagramState, ownerId: string): string {
  return state.users.find(({ id }) => id === ownerId)?.scopedId ?? ownerId
}
