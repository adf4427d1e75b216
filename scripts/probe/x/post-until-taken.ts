import type { Observation } from '../probe-definition.ts'
import { observe, toDetail, unclear } from './observe.ts'
import type { XProbeApi } from './probe-api.ts'

/** Whether X takes a post that names something new `at_once`, or `later`. */
export async function postUntilTaken(api: XProbeApi, more: object): Promise<Observation> {
  const text = api.uniqueText()
  const first = await api.post(text, more)
  if (first.id) return observe('at_once', first)
  for (const seconds of [2, 5, 10]) {
    await api.sleep(seconds * 1_000)
    const again = await api.post(text, more)
    if (again.id)
      return { value: 'later', detail: `Accepted when ${seconds} more s had passed. At first ${toDetail(first)}` }
  }
  return unclear(first)
}
