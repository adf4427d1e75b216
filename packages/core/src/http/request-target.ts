/** Where a request goes below its base. */
export interface RequestTarget {
  /** With the query: for the socket only, since a query may hold secrets. */
  readonly pathAndQuery: string
  /** Without the query: for attempts, errors and whoever reads failures. */
  readonly path: string
  /** Low in cardinality: what looks like an id is `{id}`. For spans. */
  readonly route: string
}

/**
 * Joins path and query. A path may bring a query of its own, as signed upload URLs do; it is sent as it is.
 *
 * @throws {TypeError} when the path could not be sent as meant.
 */
export function toRequestTarget(
  path: string,
  query: Readonly<Record<string, string | number | boolean | undefined>> = {},
): RequestTarget {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these must not reach the request line
  if (!path.startsWith('/') || /[\u0000-\u0020\u007f-\uffff#]/.test(path)) {
    throw new TypeError('A path must start with "/" and be percent-encoded, without a fragment.')
  }
  const bare = path.split('?', 1)[0] ?? path
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [`${encodeURIComponent(name)}=${encodeURIComponent(value)}`],
  )
  const separator = bare === path ? '?' : '&'
  return {
    pathAndQuery: pairs.length === 0 ? path : `${path}${separator}${pairs.join('&')}`,
    path: bare,
    route: toRoute(bare),
  }
}

/** Replaces segments that look like ids; words and versions such as `2`, `1.1`, `v21.0` stay. */
export function toRoute(path: string): string {
  return path.split('/').map(toRouteSegment).join('/')
}

function toRouteSegment(segment: string): string {
  if (/^v?\d{1,2}(\.\d{1,2})*$/.test(segment)) return segment
  return /^[A-Za-z_.~-]{0,32}$/.test(segment) ? segment : '{id}'
}
