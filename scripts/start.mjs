// Plain JavaScript without new syntax: this file must be able to say on an old Node what is missing.
const [major, minor] = process.versions.node.split('.').map(Number)

if (major < 22 || (major === 22 && minor < 19)) {
  console.error(
    'OFM Social OS needs Node 22.19 or newer; this is Node ' +
      process.versions.node +
      ' (' +
      process.execPath +
      ').\n' +
      'The repository brings its own Node 24 as a dev dependency. It is missing when the installation skipped install\n' +
      'scripts or dev dependencies. Run `npm ci` without --ignore-scripts and --omit=dev, then `npm start` again.',
  )
  process.exit(1)
}

// From the second start on nothing is compiled, and the compiler of TypeScript, some 20 MB, is not even loaded.
const { enableCompileCache } = await import('node:module')
enableCompileCache()
await import('../examples/server/src/main.ts')
