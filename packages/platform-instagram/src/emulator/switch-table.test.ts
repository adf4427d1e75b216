import { readFileSync } from 'node:fs'
import { switchTableCases } from '@ofm-social/core/testing'
import { test } from 'vitest'
import { switchTable } from './switch-table.ts'

const reference = readFileSync(new URL('../../../../docs/reference/instagram-emulator.md', import.meta.url), 'utf8')

for (const { name, run } of switchTableCases(switchTable, reference)) test(name, run)
