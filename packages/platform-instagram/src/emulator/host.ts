/** Hosts of the platform; the first segment of a path says which one is meant. */
const hosts = [
  'www.facebook.com',
  'graph.facebook.com',
  'rupload.facebook.com',
  'www.instagram.com',
  'instagram.com',
  'api.instagram.com',
  'graph.instagram.com',
  'scontent.cdninstagram.com',
] as const

export type InstagramHost = (typeof hosts)[number]

export interface Destination {
  readonly host: InstagramHost
  /** `v25.0`, also where the path names none. */
  readonly version: string
  /** After host and version; starts with a slash. */
  readonly path: string
}

const newestVersion = 'v26.0'
const defaultVersion = 'v25.0'
const oldestMajor = 20

/**
 * Reads host and version off a path. Without a host it is the one that the token belongs to.
 *
 * @returns Undefined for a version that there is not.
 */
export function parseDestination(path: string, token: string | undefined): Destination | undefined {
  const [, first = '', ...rest] = path.split('/')
  const named = hosts.find((host) => host === first)
  const host = named ?? (token?.startsWith('IG') ? 'graph.instagram.com' : 'graph.facebook.com')
  const segments = named ? rest : [first, ...rest]
  const at = segments[0] === 'ig-api-upload' ? 1 : 0
  const version = segments[at]
  const isVersion = version !== undefined && /^v\d+\.\d+$/.test(version)
  if (isVersion && !isOffered(version)) return undefined
  const after = isVersion ? segments.toSpliced(at, 1) : segments
  return { host, version: isVersion ? version : defaultVersion, path: `/${after.join('/')}` }
}

function isOffered(version: string): boolean {
  const number = Number(version.slice(1))
  return number >= oldestMajor && number <= Number(newestVersion.slice(1))
}
