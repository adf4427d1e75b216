import { connect, createServer, type Socket } from 'node:net'
import { temporalAddress } from '@ofm-social/test-services'
import { Client } from '@temporalio/client'
import { NativeConnection } from '@temporalio/worker'
import { describe, expect, test, vi } from 'vitest'
import { silenceRuntime } from './silence-runtime.test-support.ts'
import { watchReach } from './watch-reach.ts'

/** A way to Temporal that can be cut and mended. */
async function openWay() {
  const [host = '', port = ''] = (temporalAddress ?? '').split(':')
  const sockets = new Set<Socket>()
  let open = true
  const server = createServer((socket) => {
    if (!open) return socket.destroy()
    const onward = connect(Number(port), host)
    for (const one of [socket, onward]) {
      sockets.add(one)
      one.once('close', () => [socket, onward].map((either) => either.destroy()))
      one.on('error', () => undefined)
    }
    socket.pipe(onward).pipe(socket)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    address: `127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    /** Connections stay, and nothing comes through them. */
    stall() {
      for (const socket of sockets) socket.unpipe()
    },
    cut() {
      open = false
      for (const socket of sockets) socket.destroy()
    },
    mend() {
      open = true
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

describe.skipIf(!temporalAddress)('a process that has nothing to tell', () => {
  test('notices a Temporal that takes what it is told and answers nothing, within seconds', async () => {
    silenceRuntime()
    const way = await openWay()
    const connection = await NativeConnection.connect({ address: way.address })
    const reach = watchReach(new Client({ connection }), () => undefined, 50)
    try {
      way.stall()
      await vi.waitFor(() => expect(reach.isReaching()).toBe(false), { timeout: 20_000 })
    } finally {
      await reach.stop()
      way.cut()
      await connection.close()
      await way.close()
    }
  })

  test('notices that Temporal is away, and that it is back, and says each once', { timeout: 60_000 }, async () => {
    silenceRuntime()
    const way = await openWay()
    const connection = await NativeConnection.connect({ address: way.address })
    const said: string[] = []
    const reach = watchReach(
      new Client({ connection }),
      ({ level, message }) => void said.push(`${level}: ${message}`),
      50,
    )
    const untilReaching = (expected: boolean) =>
      vi.waitFor(() => expect(reach.isReaching()).toBe(expected), { timeout: 25_000 })
    try {
      expect(reach.isReaching()).toBe(true)
      way.cut()
      await untilReaching(false)
      way.mend()
      await untilReaching(true)
      expect(said).toEqual(['warn: Temporal does not answer; nothing is lost', 'info: Temporal answers again'])
    } finally {
      await reach.stop()
      await connection.close()
      way.cut()
      await way.close()
    }
  })
})
