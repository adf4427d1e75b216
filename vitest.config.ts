import { defineConfig } from 'vitest/config'

/** Packages of this repository are tested from their source. */
const source = '@ofm-social/source'

export default defineConfig({
  resolve: { conditions: [source, 'node', 'development|production'] },
  ssr: {
    resolve: { conditions: [source, 'node', 'development|production'], externalConditions: [source, 'node'] },
  },
  test: {
    include: ['packages/**/*.test.ts', 'examples/**/*.test.ts', 'scripts/**/*.test.ts'],
    globalSetup: './packages/test-services/src/find-services.ts',
    reporters: ['default', './packages/test-services/src/services-reporter.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
