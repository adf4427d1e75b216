import pg from 'pg'

/** What a process has used so far. */
export interface Usage {
  readonly residentBytes: number
  readonly cpuMs: number
  readonly queries: number
}

let queries = 0
const { query } = pg.Client.prototype
pg.Client.prototype.query = function countQuery(this: pg.Client, ...input: unknown[]) {
  queries += 1
  return Reflect.apply(query, this, input)
}

/** Loaded before the measured program: answers its parent's questions. */
process.on('message', () => {
  const { user, system } = process.cpuUsage()
  const usage: Usage = { residentBytes: process.memoryUsage.rss(), cpuMs: (user + system) / 1_000, queries }
  process.send?.(usage)
})
