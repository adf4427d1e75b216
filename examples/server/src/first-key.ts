import type { ApiKeys } from './api-keys.ts'
import type { DataFolder } from './data-folder.ts'

/** The key that a new installation begins with. */
export interface FirstKey {
  readonly text: string
  readonly isNew: boolean
}

const fileName = 'first-key'

/**
 * Makes the first key, once. The file may go: then the key is only where the operator has put it.
 *
 * @param lost What to do when there are keys, and the file holds none of them: `replace` makes one more.
 */
export async function ensureFirstKey(
  apiKeys: ApiKeys,
  folder: DataFolder,
  lost: 'replace' | 'leave',
): Promise<FirstKey | null> {
  const kept = await folder.readPrivate(fileName)
  if (kept !== undefined && (await apiKeys.find(kept))) return { text: kept, isNew: false }
  if (lost === 'leave' && (await apiKeys.hasAny())) return null
  const text = await apiKeys.create({ agency: null, name: 'first key' })
  await folder.writePrivate(fileName, text)
  return { text, isNew: true }
}
