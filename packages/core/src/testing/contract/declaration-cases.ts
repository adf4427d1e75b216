import assert from 'node:assert/strict'
import type { ContractCase, PlatformContractOptions } from '../platform-contract.ts'
import { show } from './expect.ts'
import { onStage } from './stage.ts'

/** What an adapter says about itself. */
export function declarationCases(options: PlatformContractOptions): readonly ContractCase[] {
  return [
    { name: 'names its platform and itself', run: () => onStage(options, async ({ adapter }) => checkNames(adapter)) },
    {
      name: 'says where its limits were read, and when',
      run: () => onStage(options, async ({ adapter }) => checkLimits(adapter.limits)),
    },
    {
      name: 'declares times that can be kept',
      run: () => onStage(options, async ({ adapter }) => checkTimes(adapter)),
    },
    {
      name: 'takes the settings of valid posts as they are, without transforms or defaults',
      run: () => onStage(options, async ({ adapter }) => checkSettings(adapter, options)),
    },
    {
      name: 'can say whose token it is where it can connect accounts',
      run: () =>
        onStage(options, async ({ adapter }) => {
          const { oauth, readAccount, listAccounts } = adapter
          assert.ok(!readAccount || !listAccounts, 'readAccount is what listAccounts is instead of: one of them')
          assert.ok(!oauth || readAccount || listAccounts, 'an adapter with oauth needs readAccount or listAccounts')
        }),
    },
  ]
}

type Adapter = ReturnType<PlatformContractOptions['createAdapter']>

function checkNames({ platform, displayName }: Adapter): void {
  assert.match(platform, /^[a-z][a-z0-9_-]*$/, `platform is ${show(platform)}; it must be a lower-case word`)
  assert.ok(displayName.trim().length > 0, 'displayName is empty')
}

function checkLimits(limits: Adapter['limits']): void {
  const { textLengthMax, assetsMax = 0, repetition } = limits
  assert.ok(textLengthMax > 0 && assetsMax >= 0, `limits are no numbers: ${textLengthMax}, ${assetsMax}`)
  checkReading('limits', limits)
  if (repetition) checkReading('limits.repetition', repetition)
}

function checkReading(name: string, { source, checkedOn }: Pick<Adapter['limits'], 'source' | 'checkedOn'>): void {
  assert.ok(URL.canParse(source), `${name}.source is ${show(source)}; it must be the URL where the limits were read`)
  const isDate = /^\d{4}-\d{2}-\d{2}$/.test(checkedOn) && !Number.isNaN(Date.parse(checkedOn))
  assert.ok(isDate, `${name}.checkedOn is ${show(checkedOn)}; it must be a date such as 2026-11-26`)
}

function checkTimes(adapter: Adapter): void {
  const { lookAfterMs, settledAfterMs, idempotentForMs, publishTimeoutMs } = adapter
  for (const [name, value] of Object.entries({ settledAfterMs, idempotentForMs, publishTimeoutMs })) {
    assert.ok(
      value === undefined || (Number.isFinite(value) && value > 0),
      `${name} is ${value}; it must be more than 0`,
    )
  }
  if (!lookAfterMs) return
  assert.ok(lookAfterMs.length > 0, 'lookAfterMs is empty')
  const isRising = lookAfterMs.every((offset, index) => offset >= 0 && offset > (lookAfterMs[index - 1] ?? -1))
  assert.ok(isRising, `lookAfterMs must rise: ${show(lookAfterMs)}`)
}

async function checkSettings({ settings }: Adapter, { validPosts }: PlatformContractOptions): Promise<void> {
  if (!settings) return
  for (const [name, part] of Object.entries(validPosts)) {
    const result = await settings['~standard'].validate(structuredClone(part.settings))
    assert.ok(!result.issues, `the settings of ${name} are refused: ${show(result.issues)}`)
    assert.deepEqual(result.value, part.settings, `the settings of ${name} come out changed`)
  }
  const empty = await settings['~standard'].validate({})
  if (!empty.issues) assert.deepEqual(empty.value, {}, 'empty settings come out changed: a schema has no defaults')
}
