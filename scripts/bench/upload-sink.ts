import { createServer, type IncomingMessage } from 'node:http'

/** As much of X's media endpoints as an upload needs. Counts bytes and forgets them. */
const server = createServer(async (request, response) => {
  const { url = '' } = request
  const bytes = await countBytes(request)
  if (url.endsWith('/append') && bytes === 0) response.statusCode = 400
  const isData = url.endsWith('/initialize') || url.endsWith('/finalize')
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify(isData ? { data: { id: '1', expires_after_secs: 86_400 } } : {}))
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address) process.send?.({ url: `http://127.0.0.1:${address.port}` })
})

async function countBytes(request: IncomingMessage): Promise<number> {
  let bytes = 0
  for await (const chunk of request) bytes += chunk.length
  return bytes
}
