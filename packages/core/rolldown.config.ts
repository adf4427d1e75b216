import { defineConfig } from 'rolldown'
import { readEntries } from '../../tsup.base.ts'

/**
 * The code of `dist`. esbuild, and so tsup, makes a chunk for each set of entries that share a module: what core loads when it is first used would leave its
 * import in fifteen small files, each of which costs as much as ten kilobytes of code. Rolldown leaves a module where it is loaded anyway: five files.
 *
 * Not minified: stack traces and what people read in `node_modules` keep their names, and bundlers minify by themselves.
 */
export default defineConfig({
  input: readEntries(),
  external: /^[^./]/,
  platform: 'node',
  transform: { target: 'node22' },
  treeshake: { moduleSideEffects: false },
  output: {
    dir: 'dist',
    cleanDir: true,
    format: 'esm',
    sourcemap: true,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    comments: { jsdoc: false },
  },
})
