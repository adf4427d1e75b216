import type { Client } from '@temporalio/client'
import { callUntil } from './call-until.ts'
import type { TellingOptions } from './client.ts'

/** Whether Temporal answers, asked every few seconds: a process that has nothing to tell would not notice otherwise. */
export interface Reach {
  isReaching(): boolean
  stop(): Promise<void>
}

const ASK_MS = 3_000
const ANSWER_MS = 2_000

/** It answered a moment ago: its caller is connected. */
export function watchReach(client: Client, log: NonNullable<TellingOptions['log']>, askMs = ASK_MS): Reach {
  let answers = true
  let running = true
  let timer: NodeJS.Timeout | undefined
  const stopping = new AbortController()
  const ask = async (): Promise<void> => {
    const did = answers
    answers = await hasAnswer(client, stopping.signal)
    if (!running) return
    if (did && !answers) log({ level: 'warn', message: 'Temporal does not answer; nothing is lost' })
    if (!did && answers) log({ level: 'info', message: 'Temporal answers again' })
    askLater()
  }
  const askLater = (): void => {
    timer = setTimeout(() => {
      asking = ask()
    }, askMs)
  }
  let asking = Promise.resolve()
  askLater()
  return {
    isReaching: () => answers,
    async stop() {
      running = false
      clearTimeout(timer)
      stopping.abort()
      await asking
    },
  }
}

async function hasAnswer(client: Client, stopping: AbortSignal): Promise<boolean> {
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(ANSWER_MS)])
  return callUntil(client, signal, () => client.connection.workflowService.getSystemInfo({})).then(
    () => true,
    () => false,
  )
}
