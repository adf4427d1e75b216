import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describeCapabilities } from './capabilities/describe-capabilities.ts'
import { insertTable } from './capabilities/insert-table.ts'
import { adaptersByPackage } from './capabilities/platforms.ts'

/** `npm run capabilities`: writes what each platform can do into the README, between its two markers. */
const file = join(import.meta.dirname, '../README.md')
const table = describeCapabilities(Object.values(adaptersByPackage).flat())
writeFileSync(file, insertTable(readFileSync(file, 'utf8'), table))
