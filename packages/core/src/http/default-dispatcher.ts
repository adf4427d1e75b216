import { Agent, type Dispatcher } from 'undici'

let agent: Agent | undefined

/**
 * Connections of all clients that bring no dispatcher. Idle ones do not keep a process alive. HTTP/1.1 and one request per connection: the end
 * of a connection leaves at most one write in doubt.
 */
export function defaultDispatcher(): Dispatcher {
  agent ??= new Agent({ allowH2: false, pipelining: 1, connect: { timeout: 10_000 } })
  return agent
}
