import assert from 'node:assert/strict'
import type { PostProblem } from '../../platform/post-problem.ts'
import type { ContractCase, PlatformContractOptions } from '../platform-contract.ts'
import { show } from './expect.ts'
import { onStage } from './stage.ts'

/** What `checkPart` finds, and that it does nothing else. */
export function checkCases(options: PlatformContractOptions): readonly ContractCase[] {
  const { validPosts, invalidPosts } = options
  return [
    ...Object.keys(validPosts).map((name) => ({
      name: `finds nothing wrong with ${name}`,
      run: () => checkValid(options, name),
    })),
    ...Object.keys(invalidPosts).map((name) => ({ name: `refuses ${name}`, run: () => checkInvalid(options, name) })),
    { name: 'checks without changing anything, twice the same', run: () => checkPurity(options) },
    { name: 'finds nothing wrong with valid posts by what the platform says now', run: () => checkWithFacts(options) },
  ]
}

function checkValid({ validPosts, ...options }: PlatformContractOptions, name: string): Promise<void> {
  return onStage({ validPosts, ...options }, async ({ adapter }) => {
    const part = validPosts[name]
    assert.ok(part)
    assert.deepEqual(adapter.checkPart(part, undefined), [], `${name} is valid`)
  })
}

function checkInvalid(options: PlatformContractOptions, name: string): Promise<void> {
  return onStage(options, async ({ adapter }) => {
    const part = options.invalidPosts[name]
    assert.ok(part)
    const problems = adapter.checkPart(part, undefined)
    assert.ok(problems.length > 0, `checkPart found nothing wrong with ${name}`)
    for (const problem of problems) checkProblem(problem)
  })
}

function checkProblem(problem: PostProblem): void {
  assert.match(problem.code, /^[a-z][a-z0-9_]*$/, `${show(problem)}: code must be snake case`)
  assert.match(problem.path, /^[a-zA-Z]\w*(\/\w+)*$/, `${show(problem)}: path must name a field, such as assets/0`)
  const needsAllowed = problem.fix === 'pick'
  assert.ok(!needsAllowed || problem.allowed?.length, `${show(problem)}: pick needs the values that are allowed`)
}

function checkPurity(options: PlatformContractOptions): Promise<void> {
  return onStage(options, async ({ adapter, emulator }) => {
    for (const [name, part] of Object.entries({ ...options.validPosts, ...options.invalidPosts })) {
      const frozen = deepFreeze(structuredClone(part))
      const first = adapter.checkPart(frozen, undefined)
      assert.deepEqual(adapter.checkPart(frozen, undefined), first, `${name} is judged differently the second time`)
      assert.deepEqual(frozen, part, `checkPart changes ${name}`)
    }
    assert.deepEqual(emulator.requests(), [], 'checkPart sends requests')
  })
}

function checkWithFacts(options: PlatformContractOptions): Promise<void> {
  return onStage(options, async (stage) => {
    const { adapter, clock } = stage
    if (!adapter.readFacts) return
    for (const [name, part] of Object.entries(options.validPosts)) {
      const destination = { accountExternalId: stage.account(0).id, ...(part.target ? { target: part.target } : {}) }
      const facts = await adapter.readFacts(destination, stage.call().context)
      assert.ok(facts.expiresAt > clock.now(), `facts are expired when they come: ${facts.expiresAt}`)
      assert.deepEqual(JSON.parse(JSON.stringify(facts)), facts, 'facts must be JSON')
      assert.deepEqual(adapter.checkPart(part, facts), [], `${name} is valid`)
    }
  })
}

/** Bytes cannot be frozen. */
function deepFreeze<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  for (const member of Object.values(value)) deepFreeze(member)
  return Object.freeze(value)
}
