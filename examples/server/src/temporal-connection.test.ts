import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TemporalConfig } from './temporal-config.ts'
import { toConnectionOptions } from './temporal-connection.ts'

const plain: TemporalConfig = {
  ...{ address: 't:7233', namespace: 'default', uiUrl: null, apiKey: null, certificate: null },
  ...{ parts: ['workflows'], limits: {} },
}

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ofm-temporal-connection-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('without a key and a certificate nothing is encrypted', async () => {
  expect(await toConnectionOptions(plain)).toEqual({ address: 't:7233' })
})

test('an API key goes with TLS', async () => {
  expect(await toConnectionOptions({ ...plain, apiKey: 'k' })).toEqual({ address: 't:7233', apiKey: 'k', tls: true })
})

test('a certificate is read from its files, and may go with a key', async () => {
  const certificate = { certificateFile: join(folder, 'client.pem'), keyFile: join(folder, 'client.key') }
  await writeFile(certificate.certificateFile, 'the certificate')
  await writeFile(certificate.keyFile, 'the key')
  const tls = { clientCertPair: { crt: Buffer.from('the certificate'), key: Buffer.from('the key') } }
  expect(await toConnectionOptions({ ...plain, certificate })).toEqual({ address: 't:7233', tls })
  expect(await toConnectionOptions({ ...plain, certificate, apiKey: 'k' })).toEqual({
    ...{ address: 't:7233', tls, apiKey: 'k' },
  })
})

test('a file that cannot be read is named together with its variable, and why', async () => {
  const certificate = { certificateFile: join(folder, 'client.pem'), keyFile: join(folder, 'lost.key') }
  await expect(toConnectionOptions({ ...plain, certificate })).rejects.toThrow(
    `TEMPORAL_TLS_KEY names ${certificate.keyFile}, which cannot be read: there is no such file.`,
  )
  const folderAsFile = { ...certificate, certificateFile: folder, keyFile: certificate.certificateFile }
  await expect(toConnectionOptions({ ...plain, certificate: folderAsFile })).rejects.toThrow(
    `TEMPORAL_TLS_CERT names ${folder}, which cannot be read: it is a folder.`,
  )
})
