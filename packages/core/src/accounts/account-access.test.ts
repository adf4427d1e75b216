import { describe, test } from 'vitest'
import type { AgencyId } from '../model/ids.ts'
import { createFixedClock } from '../testing/fixed-clock.ts'
import { createMemoryAccountStores } from '../testing/memory/memory-account-store.ts'
import { createMemoryCreatorStore } from '../testing/memory/memory-creator-store.ts'
import { createMemoryKeyStore } from '../testing/memory/memory-key-store.ts'
import { refreshCases } from '../testing/refresh-cases.ts'

describe('refreshing a token', () => {
  const cases = refreshCases(async () => {
    const clock = createFixedClock()
    const { accounts, connections, events } = createMemoryAccountStores(clock.now)
    return {
      agencyId: 'agency_a' as AgencyId,
      creators: createMemoryCreatorStore(clock.now),
      accounts,
      connections,
      keys: createMemoryKeyStore(),
      advance: async (ms) => clock.advance(ms),
      readEvents: async () => events,
    }
  })
  for (const { name, run } of cases) test(name, run)
})
