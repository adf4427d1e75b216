import assert from 'node:assert/strict'
import type { PublishedPart } from '../../platform/platform-metrics.ts'
import type { ContractCase, PlatformContractOptions } from '../platform-contract.ts'
import { endInTime, show } from './expect.ts'
import { publishFully } from './play.ts'
import { onStage, type Stage } from './stage.ts'

/** What an adapter counts, and what calls cost. */
export function countingCases(options: PlatformContractOptions): readonly ContractCase[] {
  const names = Object.keys(options.validPosts)
  return [
    ...names.map((name) => ({
      name: `counts ${name} in numbers, and nothing any more once it is removed`,
      run: () => onStage(options, (stage) => countOne(stage, options, name)),
    })),
    {
      name: 'counts what the account has in numbers',
      run: () =>
        onStage(options, async (stage) => {
          const counters = await stage.adapter.readAccountMetrics?.(stage.call().context)
          if (counters) checkCounters(counters)
        }),
    },
    {
      name: 'has a price for everything that it says is billed',
      run: () => onStage(options, async (stage) => checkMeters(stage, options)),
    },
  ]
}

async function countOne(stage: Stage, options: PlatformContractOptions, name: string): Promise<void> {
  const { adapter, clock } = stage
  const request = options.validPosts[name]
  if (!adapter.readMetrics || !request) return
  const publishedAt = clock.now()
  const { outcome, newPosts } = await publishFully(stage, options, name)
  const externalId = (outcome.status === 'published' ? outcome.externalId : undefined) ?? newPosts[0]?.id
  if (externalId === undefined) return
  clock.advance(60_000)
  const part: PublishedPart = { ...request, externalId, publishedAt }
  const live = await readOnly(stage, part)
  assert.notEqual(live?.gone, true, `${name} is live, and readMetrics says that it is gone`)
  if (live?.counters) checkCounters(live.counters)
  if (!adapter.remove) return
  await endInTime('remove', adapter.remove(externalId, stage.call().context))
  const removed = await readOnly(stage, part)
  assert.equal(removed?.counters, undefined, `${name} is removed, and readMetrics still counts it`)
}

/** What is said about the one part; nothing may be said about another. */
async function readOnly({ adapter, call }: Stage, part: PublishedPart) {
  const said = (await endInTime('readMetrics', (async () => adapter.readMetrics?.([part], call().context))())) ?? []
  const foreign = said.filter(({ externalId }) => externalId !== part.externalId)
  assert.deepEqual(foreign, [], `readMetrics was asked about ${part.externalId} and speaks of ${show(foreign)}`)
  assert.ok(said.length <= 1, `readMetrics says ${said.length} things about one part`)
  return said[0]
}

function checkCounters(counters: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(counters)) {
    assert.ok(
      typeof value === 'number' && Number.isFinite(value),
      `${name} is ${show(value)}; leave out what is missing`,
    )
  }
}

function checkMeters({ adapter }: Stage, { validPosts }: PlatformContractOptions): void {
  const { meters } = adapter
  if (!meters) return
  for (const { meter, usdNanos, per, validFrom, source } of meters.prices) {
    assert.ok(Number.isSafeInteger(usdNanos) && usdNanos >= 0, `the price of ${meter} is ${usdNanos}; it must be whole`)
    assert.ok(Number.isSafeInteger(per) && per > 0, `the price of ${meter} is for ${per} units; it must be 1 or more`)
    assert.ok(
      !Number.isNaN(Date.parse(validFrom)),
      `the price of ${meter} holds from ${show(validFrom)}; it must be a date`,
    )
    assert.ok(source.trim() !== '', `the price of ${meter} has no source`)
  }
  const known = new Set(meters.prices.map(({ meter }) => meter))
  const uses = [
    ...Object.values(validPosts).flatMap((part) => {
      const { publish, lookUps } = meters.usesOfPart(part, undefined)
      return [...publish, ...lookUps]
    }),
    ...meters.usesOfRemoval(),
    ...(meters.usesOfMetrics?.(1) ?? []),
  ]
  for (const { meter, quantity } of uses) {
    assert.ok(known.has(meter), `${meter} is used and has no price`)
    assert.ok(
      Number.isSafeInteger(quantity) && quantity > 0,
      `${meter} is used ${quantity} times; it must be 1 or more`,
    )
  }
}
