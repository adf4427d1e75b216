import type { XAnswer } from './call-x.ts'
import type { XProbeApi } from './probe-api.ts'

/** The answer to reading a new post, or to making it when that failed. */
export async function postAndRead(api: XProbeApi, fields: string, before = ''): Promise<XAnswer> {
  const made = await api.post(`${before}${api.uniqueText()}`)
  return made.id ? api.call('GET', `/2/tweets/${made.id}?tweet.fields=${fields}`) : made
}
