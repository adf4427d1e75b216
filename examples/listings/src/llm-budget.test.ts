import { readFileSync } from 'node:fs'
import { afterEach, expect, test, vi } from 'vitest'

afterEach(() => {
  vi.restoreAllMocks()
})

test.each(['a-budgeted-model', 'a-budgeted-client', 'a-priced-call'])('%s prints what the guide says', async (name) => {
  const lines: string[] = []
  vi.spyOn(console, 'log').mockImplementation((...words) => void lines.push(words.join(' ')))
  await import(`./${name}.ts`)
  expect(readFileSync('docs/guides/llm-budget.md', 'utf8')).toContain(`\`\`\`\n${lines.join('\n')}\n\`\`\``)
})
