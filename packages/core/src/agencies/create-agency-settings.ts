import * as z from 'zod'
import type { AgencyId } from '../model/ids.ts'
import { once } from '../once.ts'
import { parseInput } from '../parse-input.ts'
import type { Agency, AgencySettings } from './agencies.ts'
import type { AgencyStore } from './agency-store.ts'

const updateInput = once(() => z.strictObject({ approval: z.enum(['none', 'required']).optional() }))

/** Settings of one agency, whose row is made on first use. */
export function createAgencySettings(dependencies: {
  readonly readAgencyId: () => Promise<AgencyId>
  readonly store: AgencyStore
}): AgencySettings {
  const { readAgencyId, store } = dependencies
  const get = async (): Promise<Agency> => {
    const id = await readAgencyId()
    const found = await store.read(id)
    if (!found) throw new Error(`agency ${id} has gone`)
    return found
  }
  return {
    get,
    async update(changes) {
      const { approval } = parseInput(updateInput(), changes)
      if (approval !== undefined) await store.update(await readAgencyId(), { approval })
      return get()
    },
  }
}
