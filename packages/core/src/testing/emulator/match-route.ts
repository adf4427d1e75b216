import type { EmulatorRoute } from './emulator-definition.ts'

/** A route that fits a request, with what its path says. */
export interface MatchedRoute<State> {
  readonly route: EmulatorRoute<State>
  readonly params: Readonly<Record<string, string>>
}

/** The first route for the method and path; a HEAD is answered by the route for GET. */
export function matchRoute<State>(
  routes: readonly EmulatorRoute<State>[],
  method: string,
  path: string,
): MatchedRoute<State> | undefined {
  return findMatch(routes, method, path) ?? (method === 'HEAD' ? findMatch(routes, 'GET', path) : undefined)
}

/** Methods of all routes for a path, for OPTIONS. */
export function listMethods<State>(routes: readonly EmulatorRoute<State>[], path: string): readonly string[] {
  const methods = routes.filter((route) => matchPath(route.path, path)).map((route) => route.method)
  return [...new Set(methods.includes('GET') ? [...methods, 'HEAD'] : methods)]
}

function findMatch<State>(routes: readonly EmulatorRoute<State>[], method: string, path: string) {
  for (const route of routes) {
    const params = route.method === method ? matchPath(route.path, path) : undefined
    if (params) return { route, params }
  }
  return undefined
}

/** What the segments `:name` and `*rest` of a pattern stand for; undefined when the path does not fit. */
export function matchPath(pattern: string, path: string): Record<string, string> | undefined {
  const expected = pattern.split('/')
  const actual = path.split('/')
  const params: Record<string, string> = {}
  for (const [index, segment] of expected.entries()) {
    if (segment.startsWith('*')) {
      params[segment.slice(1)] = decodeSegment(actual.slice(index).join('/'))
      return params
    }
    const value = actual[index]
    if (value === undefined || (!segment.startsWith(':') && value !== segment)) return undefined
    if (segment.startsWith(':')) {
      if (value === '') return undefined
      params[segment.slice(1)] = decodeSegment(value)
    }
  }
  return expected.length === actual.length ? params : undefined
}

/** As it stands when it is encoded wrongly. */
function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}
