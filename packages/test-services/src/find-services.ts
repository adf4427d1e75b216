import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

/**
 * Runs once before all tests: points them at the servers that `.ci/postgres start`, `.ci/temporal start` and `.ci/s3 start` left running,
 * unless `OFM_TEST_POSTGRES_URL`, `OFM_TEST_TEMPORAL_ADDRESS` or `OFM_TEST_S3_URL` names another, and prepares the file in which they note what they use.
 *
 * @throws when a variable names a server that does not answer: a wrong setting must not look like a skipped service.
 */
export default async function findServices(): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'ofm-test-run-'))
  process.env.OFM_TEST_SERVICE_USE = join(folder, 'service-use')
  writeFileSync(process.env.OFM_TEST_SERVICE_USE, '')

  const named = process.env.OFM_TEST_POSTGRES_URL
  const url = named ?? readLocal('postgres', 'url')
  if (url) {
    const failure = await tryConnection(url)
    if (!failure) process.env.OFM_TEST_POSTGRES_URL = url
    else if (named)
      throw new Error('OFM_TEST_POSTGRES_URL names a PostgreSQL that does not answer.', { cause: failure })
  }
  await findTemporal()
  await findS3()
  return () => rmSync(folder, { recursive: true, force: true })
}

async function findTemporal(): Promise<void> {
  const named = process.env.OFM_TEST_TEMPORAL_ADDRESS
  const address = named ?? readLocal('temporal', 'address')
  if (!address) return
  const answers = await isListening(address)
  if (answers) process.env.OFM_TEST_TEMPORAL_ADDRESS = address
  else if (named) throw new Error('OFM_TEST_TEMPORAL_ADDRESS names a Temporal that does not answer.')
  process.env.TEMPORAL_CLI_PATH ??= readLocal('temporal', 'cli')
}

async function findS3(): Promise<void> {
  const named = process.env.OFM_TEST_S3_URL
  const url = named ?? readLocal('s3', 'url')
  if (!url) return
  if (await isListening(new URL(url).host)) process.env.OFM_TEST_S3_URL = url
  else if (named) throw new Error('OFM_TEST_S3_URL names an S3 server that does not answer.')
}

function isListening(address: string): Promise<boolean> {
  const { hostname, port } = new URL(`http://${address}`)
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

function readLocal(service: 'postgres' | 'temporal' | 's3', what: string): string | undefined {
  try {
    return readFileSync(join(tmpdir(), `ofm-test-${service}-${userInfo().uid}`, what), 'utf8').trim()
  } catch {
    return undefined
  }
}

async function tryConnection(connectionString: string): Promise<unknown> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5_000 })
  try {
    await client.connect()
    return undefined
  } catch (error) {
    return error
  } finally {
    await client.end().catch(() => undefined)
  }
}
