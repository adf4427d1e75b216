import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'

/**
 * Runs once before all tests: points them at the server that `.ci/postgres start` left running, unless
 * `OFM_TEST_POSTGRES_URL` names another, and prepares the file in which they note what they use.
 *
 * @throws when the variable names a server that does not answer: a wrong setting must not look like a skipped service.
 */
export default async function findServices(): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'ofm-test-run-'))
  process.env.OFM_TEST_SERVICE_USE = join(folder, 'service-use')
  writeFileSync(process.env.OFM_TEST_SERVICE_USE, '')

  const named = process.env.OFM_TEST_POSTGRES_URL
  const url = named ?? readLocalServerUrl()
  if (url) {
    const failure = await tryConnection(url)
    if (!failure) process.env.OFM_TEST_POSTGRES_URL = url
    else if (named)
      throw new Error('OFM_TEST_POSTGRES_URL names a PostgreSQL that does not answer.', { cause: failure })
  }
  return () => rmSync(folder, { recursive: true, force: true })
}

function readLocalServerUrl(): string | undefined {
  try {
    return readFileSync(join(tmpdir(), `ofm-test-postgres-${userInfo().uid}`, 'url'), 'utf8').trim()
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
