import { expect, test } from 'vitest'
import { readGoogleUsage } from './google-usage.ts'

const context = { vendor: 'google', model: 'gemini-3.8-flash' }

test('prompt includes the cache; tool use and thinking come on top', () => {
  const { usage, problems } = readGoogleUsage(
    {
      modelVersion: 'gemini-3.8-flash-001',
      usageMetadata: {
        promptTokenCount: 1_000,
        cachedContentTokenCount: 400,
        toolUsePromptTokenCount: 50,
        candidatesTokenCount: 30,
        thoughtsTokenCount: 70,
        totalTokenCount: 1_150,
        serviceTier: 'standard',
      },
    },
    context,
  )
  expect(problems).toEqual([])
  expect(usage).toMatchObject({ model: 'gemini-3.8-flash-001', tier: 'standard' })
  expect(usage.quantities).toEqual({ input: 650n, input_cached: 400n, output: 30n, reasoning: 70n })
})

test('modalities have their own meters, cached or not; documents are images', () => {
  const { usage, problems } = readGoogleUsage(
    {
      promptTokenCount: 1_000,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 300 },
        { modality: 'AUDIO', tokenCount: 500 },
        { modality: 'DOCUMENT', tokenCount: 200 },
      ],
      cachedContentTokenCount: 250,
      cacheTokensDetails: [
        { modality: 'AUDIO', tokenCount: 150 },
        { modality: 'TEXT', tokenCount: 100 },
      ],
      candidatesTokenCount: 10,
      totalTokenCount: 1_010,
    },
    context,
  )
  expect(problems).toEqual([])
  expect(usage.quantities).toEqual({
    input: 200n,
    input_cached: 100n,
    input_audio: 350n,
    input_cached_audio: 150n,
    input_image: 200n,
    output: 10n,
  })
})

test('a missing candidates count is not zero: the total says what is missing, as output', () => {
  const { usage, problems } = readGoogleUsage(
    { promptTokenCount: 10, thoughtsTokenCount: 5, totalTokenCount: 40 },
    context,
  )
  expect(usage.quantities).toEqual({ input: 10n, reasoning: 5n, output: 25n })
  expect(problems).toEqual(['totalTokenCount is 40; its parts sum to 15.'])
})

test.each([
  ['ON_DEMAND', 'standard'],
  ['ON_DEMAND_PRIORITY', 'priority'],
  ['ON_DEMAND_FLEX', 'flex'],
])('the traffic type %s is the tier %s', (trafficType, tier) => {
  expect(readGoogleUsage({ promptTokenCount: 1, trafficType }, context).usage.tier).toBe(tier)
})
