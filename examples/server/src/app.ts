import { createHash } from 'node:crypto'
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import helmet from 'helmet'
import type { Engine } from './engine.ts'
import type { Health } from './health.ts'
import type { Log } from './log.ts'
import { logRequests } from './log-requests.ts'
import { createOpenApi } from './open-api.ts'
import type { LedgerAccess } from './open-ledger.ts'
import { pageStyle, renderPage } from './page.ts'
import { HttpProblem, problemKinds, toProblem } from './problem.ts'
import { renderReference } from './reference-page.ts'
import { assignRequestId, requestIdOf } from './request-id.ts'
import type { Route } from './route.ts'
import { accountRoutes } from './routes/accounts.ts'
import { agencyRoutes } from './routes/agency.ts'
import { createAssetRoutes } from './routes/assets.ts'
import { createBudgetRoutes } from './routes/budgets.ts'
import { createBudgetAlertRoutes } from './routes/budgets-alerts.ts'
import { createBudgetEntryRoutes } from './routes/budgets-entries.ts'
import { createBudgetQuoteRoutes } from './routes/budgets-quotes.ts'
import { createExchangeRateRoutes } from './routes/budgets-rates.ts'
import { createConnectRoutes } from './routes/connect.ts'
import { creatorRoutes } from './routes/creators.ts'
import { createHealthRoutes } from './routes/health.ts'
import { createMediaRoutes, type ServedMedia } from './routes/media.ts'
import { metricsRoutes } from './routes/metrics.ts'
import { pauseRoutes } from './routes/pauses.ts'
import { postRoutes } from './routes/posts.ts'
import { publicationRoutes } from './routes/publications.ts'
import { createWebhookRoutes } from './routes/webhooks.ts'
import { sendEarly } from './send-early.ts'
import { type ServeDependencies, serveRoute } from './serve-route.ts'

export interface AppDependencies extends ServeDependencies {
  readonly health: Health
  readonly ledger: Pick<LedgerAccess, 'open'>
  readonly log: Log
  /** Ours, as browsers and platforms see it. */
  readonly publicUrl: string
  readonly returnToOrigins: readonly string[]
  readonly uploadSizeBytesMax: number
  readonly media: ServedMedia
  readonly storage: 'durable' | 'evaluation'
  readonly readEngine: Engine['readState']
  /** `health`: a process that takes no requests but those of an orchestrator. */
  readonly serves: 'all' | 'health'
}

const styleHash = `'sha256-${createHash('sha256').update(pageStyle).digest('base64')}'`

/** The whole API as an Express app. Opens nothing, reads no environment. */
export function createApp(dependencies: AppDependencies): Express {
  const routes = dependencies.serves === 'health' ? createHealthRoutes(dependencies) : createRoutes(dependencies)
  const document = createOpenApi(routes)
  const reference = renderReference(document, problemKinds)
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.set('query parser', 'simple')
  app.use(assignRequestId, logRequests(dependencies.log), createHelmet())
  app.get('/', (_request, response) => response.redirect(303, '/docs'))
  app.get('/openapi.json', (_request, response) => void response.json(document))
  app.get('/docs', (_request, response) => void response.type('html').send(reference))
  for (const route of routes) app[route.method](route.url, serveRoute(route, dependencies))
  for (const [url, methods] of listMethods(routes)) app.all(url, refuseMethod(methods))
  app.use((request) => {
    throw new HttpProblem(
      'unknown_route',
      `There is no ${request.method} ${request.path}. GET /docs lists what there is.`,
    )
  })
  app.use(createErrorHandler(dependencies.log))
  return app
}

/** What each path takes. */
function listMethods(routes: readonly Route[]): ReadonlyMap<string, readonly string[]> {
  const methods = new Map<string, readonly string[]>()
  for (const { url, method } of routes) methods.set(url, [...(methods.get(url) ?? []), method.toUpperCase()].sort())
  return methods
}

function refuseMethod(methods: readonly string[]): RequestHandler {
  return ({ method, path }, _response, next) => {
    if (method === 'OPTIONS') return next()
    throw new HttpProblem('method_not_allowed', `There is no ${method} ${path}; it takes ${methods.join(', ')}.`, {
      headers: { allow: methods.join(', ') },
    })
  }
}

/** Every route, in the order of the reference. */
export function createRoutes(
  dependencies: Pick<
    AppDependencies,
    | 'social'
    | 'apiKeys'
    | 'health'
    | 'ledger'
    | 'log'
    | 'publicUrl'
    | 'returnToOrigins'
    | 'uploadSizeBytesMax'
    | 'media'
    | 'storage'
    | 'readEngine'
  >,
): readonly Route[] {
  return [
    ...agencyRoutes,
    ...creatorRoutes,
    ...accountRoutes,
    ...createConnectRoutes(dependencies),
    ...createAssetRoutes(dependencies),
    ...createMediaRoutes(dependencies),
    ...postRoutes,
    ...publicationRoutes,
    ...metricsRoutes,
    ...pauseRoutes,
    ...createBudgetRoutes(dependencies.ledger),
    ...createBudgetEntryRoutes(dependencies.ledger),
    ...createBudgetAlertRoutes(dependencies.ledger),
    ...createBudgetQuoteRoutes(Date.now),
    ...createExchangeRateRoutes(dependencies.ledger),
    ...createWebhookRoutes(dependencies),
    ...createHealthRoutes(dependencies),
  ]
}

function createHelmet() {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], styleSrc: [styleHash], frameAncestors: ["'none'"], baseUri: ["'none'"] },
    },
  })
}

function createErrorHandler(log: Log): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const problem = toProblem(error, requestIdOf(response))
    if (problem.status >= 500) log.error({ requestId: requestIdOf(response), err: error }, 'The request failed.')
    if (response.headersSent) {
      response.destroy()
      return
    }
    if (error instanceof HttpProblem) response.set(error.headers)
    response.status(problem.status).set('cache-control', 'no-store')
    const isPage = request.path.startsWith('/v1/oauth/')
    response.type(isPage ? 'html' : 'application/problem+json')
    const text = isPage ? renderPage(problem.title, [problem.detail]) : JSON.stringify(problem)
    if (request.complete) response.send(text)
    else sendEarly(request, response, text)
  }
}
