import { readdirSync, readFileSync } from 'node:fs'

/** What the whole machine and one server have used so far, in milliseconds of one core. */
export interface CpuTime {
  readonly machineMs: number
  readonly serverMs: number
}

/** Of Linux's clock ticks: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const tickMs = 10

/** Null where there is no /proc. The server is this process with its children, those that have ended too. */
export function readCpuTime(serverPid: number): CpuTime | null {
  try {
    const [, user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = firstLine('/proc/stat')
      .split(/\s+/)
      .map(Number)
    return { machineMs: (user + nice + system + irq + softirq) * tickMs, serverMs: readServerTicks(serverPid) * tickMs }
  } catch {
    return null
  }
}

function readServerTicks(serverPid: number): number {
  let ticks = 0
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    const stat = readStat(name)
    if (!stat) continue
    if (Number(name) === serverPid) ticks += stat.own + stat.ended
    else if (stat.parent === serverPid) ticks += stat.own
  }
  return ticks
}

/** Undefined: it has just ended. */
function readStat(pid: string) {
  try {
    const text = firstLine(`/proc/${pid}/stat`)
    // The name of the program stands in brackets and may hold spaces.
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const [, parent = 0] = fields
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15)
    return { parent, own: user + system, ended: endedUser + endedSystem }
  } catch {
    return undefined
  }
}

function firstLine(path: string): string {
  return readFileSync(path, 'utf8').split('\n')[0] ?? ''
}
