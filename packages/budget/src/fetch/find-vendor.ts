import type { Endpoint } from './find-endpoint.ts'

/** Vendors that speak the protocol of another. */
const hosts: readonly (readonly [host: string, vendor: string])[] = [
  ['openai.com', 'openai'],
  ['anthropic.com', 'anthropic'],
  ['x.ai', 'xai'],
  ['deepseek.com', 'deepseek'],
  ['mistral.ai', 'mistral'],
  ['googleapis.com', 'google'],
]

/** Who bills a call: by its host, or else by its protocol, as for a gateway or a server on this machine. */
export function findVendor(endpoint: Endpoint, { hostname }: URL): string {
  const known = hosts.find(([host]) => hostname === host || hostname.endsWith(`.${host}`))
  return known?.[1] ?? (endpoint === 'messages' ? 'anthropic' : 'openai')
}
