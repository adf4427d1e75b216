/** A base for paths, taken apart once. */
export interface BaseUrl {
  readonly origin: string
  /** With the port, where it is not the usual one. */
  readonly host: string
  readonly hostname: string
  readonly port: number
  /** `''` or a path without a slash at its end. */
  readonly pathPrefix: string
}

/**
 * Reads a base from configuration: http or https, without credentials, query or fragment. Slashes at its end do not matter.
 *
 * @throws {TypeError} with all problems; it never repeats the text, which might hold credentials.
 */
export function parseBaseUrl(text: string): BaseUrl {
  if (!URL.canParse(text)) throw new TypeError('baseUrl must be an absolute URL such as https://api.example.com.')
  const url = new URL(text)
  const problems: string[] = []
  if (url.protocol !== 'https:' && url.protocol !== 'http:') problems.push('must begin with https:// or http://')
  if (url.username || url.password) problems.push('must not hold credentials')
  if (url.search || url.hash) problems.push('must not have a query or a fragment')
  if (problems.length > 0) throw new TypeError(`baseUrl ${problems.join(', ')}.`)
  return {
    origin: url.origin,
    host: url.host,
    hostname: url.hostname,
    port: url.port ? Number(url.port) : url.protocol === 'https:' ? 443 : 80,
    pathPrefix: url.pathname.replace(/\/+$/, ''),
  }
}
