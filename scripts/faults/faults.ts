import type { FaultCase } from './fault-case.ts'
import { add, isGood, type Judgement, NOTHING } from './judge.ts'
import { scriptedCases } from './scripted-cases.ts'
import { xCases } from './x-cases.ts'

const usage = 'npm run faults -- [platform] [--engine in_process]'
const cases = [...scriptedCases, ...xCases]
const platforms = [...new Set(cases.map(({ platform }) => platform))]

process.exitCode = await main(process.argv.slice(2))

async function main(given: readonly string[]): Promise<number> {
  const at = given.indexOf('--engine')
  const engine = at < 0 ? 'in_process' : given[at + 1]
  if (engine === 'temporal') return fail('The Temporal engine is not built yet; the matrix runs on in_process.')
  if (engine !== 'in_process') return fail(`--engine is in_process or temporal, not ${engine ?? 'empty'}.\n${usage}`)
  const [platform, ...rest] = given.filter((_, index) => at < 0 || (index !== at && index !== at + 1))
  if (rest.length > 0) return fail(usage)
  if (platform !== undefined && !platforms.includes(platform))
    return fail(`There is no platform ${platform}; there are: ${platforms.join(', ')}.`)
  const sum = await runAll(cases.filter((one) => platform === undefined || one.platform === platform))
  console.log(`double=${sum.double} lost=${sum.lost} wrong=${sum.wrong} asked=${sum.asked}/${sum.mayAsk}`)
  return isGood(sum) ? 0 : 1
}

async function runAll(chosen: readonly FaultCase[]): Promise<Judgement> {
  let sum = NOTHING
  for (const one of chosen) {
    const { state, judgement } = await one.run()
    sum = add(sum, judgement)
    const verdict = isGood(judgement) ? 'ok' : `NOT OK ${JSON.stringify(judgement)}`
    console.log(
      `${one.platform.padEnd(16)} ${one.step.padEnd(18)} ${one.fault.padEnd(22)} ${state.padEnd(16)} ${verdict}`,
    )
  }
  return sum
}

function fail(sentence: string): number {
  console.error(sentence)
  return 2
}
