import type { Handover, Social } from '@ofm-social/core'
import { type Client, WorkflowExecutionAlreadyStartedError } from '@temporalio/client'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { createTeller } from './teller.ts'

/** Work as the database has it: what is taken comes once, what is given back comes again. */
function createHandover(rows: readonly Handover[], now = () => 0) {
  const untold = new Map<string, Handover>(rows.map((row) => [row.publicationId, row]))
  const taken = new Set<string>()
  return {
    untold,
    engine: {
      handover: {
        async take({ dueWithinMs, limit }: { dueWithinMs: number; limit: number }) {
          const due = [...untold.values()].filter((row) => !taken.has(row.publicationId) && row.dueInMs <= dueWithinMs)
          for (const row of due.slice(0, limit)) taken.add(row.publicationId)
          return due.slice(0, limit).map((row) => ({ ...row, dueInMs: row.dueInMs - now() }))
        },
        async settle(told: readonly { publicationId: string }[]) {
          for (const { publicationId } of told) untold.delete(publicationId)
        },
        async giveBack(rows: readonly { publicationId: string }[]) {
          for (const { publicationId } of rows) taken.delete(publicationId)
        },
      },
    } as unknown as Social['engine'],
  }
}

const row = (index: number, rest: Partial<Handover> = {}): Handover => ({
  ...{ publicationId: `publication_${index}` as Handover['publicationId'], platform: 'x', run: 1 },
  ...{ dueInMs: 0, known: false, runAt: index },
  ...rest,
})

describe('what Temporal is told', () => {
  let calls: { readonly call: string; readonly id: string; readonly options: Record<string, unknown> }[]
  let answer: (call: string) => Promise<unknown>
  const record = (call: string) => (_type: string, options: Record<string, unknown>) => {
    calls.push({ call, id: String(options.workflowId), options })
    return answer(call)
  }
  const client = {
    withAbortSignal: (_signal: AbortSignal, run: () => Promise<unknown>) => run(),
    workflow: { start: record('start'), signalWithStart: record('wake') },
  } as unknown as Client
  const tellerOf = (engine: Social['engine']) => createTeller({ social: { engine }, client, queuePrefix: 'ofm' })

  beforeEach(() => {
    calls = []
    answer = async () => undefined
  })

  test('is a delayed start for what waits, and a signal for what was told before', async () => {
    const { engine, untold } = createHandover([row(1, { dueInMs: 60_000 }), row(2, { known: true, run: 3 })])
    expect(await tellerOf(engine).tellAll(600_000)).toBe(2)
    expect(calls.map(({ call, id }) => `${call} ${id}`)).toEqual([
      'start pub/publication_1/1',
      'wake pub/publication_2/3',
    ])
    expect(calls[0]?.options).toMatchObject({ startDelay: 59_000, workflowIdReusePolicy: 'ALLOW_DUPLICATE' })
    expect(calls[0]?.options.args).toEqual([{ publicationId: 'publication_1', platform: 'x' }])
    expect(untold.size).toBe(0)
  })

  test('is a start at once for what is due within a second: Temporal counts delays in seconds, the step waits for the rest', async () => {
    const { engine } = createHandover([row(1, { dueInMs: 900 })])
    await tellerOf(engine).tellAll(600_000)
    expect(calls.map(({ call }) => call)).toEqual(['start'])
    expect(calls[0]?.options).not.toHaveProperty('startDelay')
  })

  test('is a delay from about the moment of the call: of many that wait none starts late for those that were told before it', async () => {
    let now = 0
    const dueAt = 60_000
    const { engine } = createHandover(
      Array.from({ length: 500 }, (_, index) => row(index, { dueInMs: dueAt })),
      () => now,
    )
    const startsAt: number[] = []
    answer = async () => {
      now += 10
      startsAt.push(now + Number(calls.at(-1)?.options.startDelay))
    }
    await tellerOf(engine).tellAll(600_000)
    expect(startsAt).toHaveLength(500)
    expect(Math.max(...startsAt)).toBeLessThan(dueAt)
  })

  test('is a signal where a workflow runs already, whatever the database remembers', async () => {
    const { engine } = createHandover([row(1)])
    answer = async (call) => {
      if (call === 'start')
        throw new WorkflowExecutionAlreadyStartedError('runs', 'pub/publication_1/1', 'drivePublication')
    }
    expect(await tellerOf(engine).tellAll(0)).toBe(1)
    expect(calls.map(({ call }) => call)).toEqual(['start', 'wake'])
  })

  test('is told later when Temporal does not answer, without a call for each of a thousand', async () => {
    const { engine, untold } = createHandover(Array.from({ length: 1_000 }, (_, index) => row(index)))
    answer = () => Promise.reject(new Error('away'))
    await expect(tellerOf(engine).tellAll(0)).rejects.toThrow('away')
    expect(calls.length).toBeLessThanOrEqual(40)
    expect(untold.size).toBe(1_000)
    answer = async () => undefined
    expect(await tellerOf(engine).tellAll(0)).toBe(1_000)
    expect(untold.size).toBe(0)
  })

  test('is left to the next turn when the worker stops meanwhile', async () => {
    const { engine, untold } = createHandover(Array.from({ length: 1_000 }, (_, index) => row(index)))
    expect(await tellerOf(engine).tellAll(0, AbortSignal.abort())).toBe(40)
    expect(untold.size).toBe(960)
  })

  test('is told later when Temporal takes a call and never answers: no connection of workers passes a signal on', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => AbortSignal.abort(new Error('late')))
    const { engine, untold } = createHandover([row(1)])
    answer = () => new Promise(() => undefined)
    await expect(tellerOf(engine).tellAll(0)).rejects.toThrow('late')
    expect(timeout).toHaveBeenCalledWith(10_000)
    timeout.mockRestore()
    expect(untold.size).toBe(1)
  })
})
