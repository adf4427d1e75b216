import type { PublishReport } from './publish-task.ts'

/** Answers every message of the parent with the calls since the last one, and ends with it. Returns how to note a call. */
export function reportCalls(): (text: string) => void {
  let calls: (readonly [string, number])[] = []
  process.on('message', () => {
    const { user, system } = process.cpuUsage()
    const report: PublishReport = { calls, rssBytes: process.memoryUsage.rss(), cpuMs: (user + system) / 1_000 }
    calls = []
    process.send?.(report)
  })
  process.once('SIGTERM', () => process.exit())
  process.once('disconnect', () => process.exit())
  return (text) => void calls.push([text, Date.now()])
}
