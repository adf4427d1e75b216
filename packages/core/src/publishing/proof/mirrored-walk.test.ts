import { eachDatabase, type TestDatabase } from '@ofm-social/test-services'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { openTestStore } from '../../postgres/testing/open-test-store.ts'
import { SCRIPTED_SHAPES } from '../../testing/scripted/scripted-platform.ts'
import { drawWalk } from './draw-walk.ts'
import { createMachine } from './machine.ts'
import { type MirroredStore, mirrorStore } from './mirrored-store.ts'
import { walk } from './random-walk.ts'
import { createRealStore, type RealStore } from './real-store.ts'

/** More of them with `OFM_MIRRORED_WALKS=1000`; half as many on PGlite, which is slow. */
const RUNS = Number(process.env.OFM_MIRRORED_WALKS ?? 2)

/** All rows but those of migrations and of the clock. */
const EMPTY_TABLES = `do $empty$ begin
  execute 'truncate ' || (select string_agg(format('ofm.%I', tablename), ', ') from pg_tables
    where schemaname = 'ofm' and tablename not in ('migration', 'test_clock'));
end $empty$`

eachDatabase('random interleavings', (open, name) => {
  let opened: TestDatabase
  let real: RealStore

  beforeAll(async () => {
    opened = await open()
    const { database, clock } = await openTestStore(opened.source)
    real = createRealStore(database, clock)
  })
  afterAll(() => opened.close())

  describe.each(SCRIPTED_SHAPES)('on a platform of shape %s', (shape) => {
    test('keep the same promises, and both stores hold the same after each of their transactions', async () => {
      const property = fc.asyncProperty(drawWalk(shape, { min: 20, max: 60 }), async (drawn) => {
        await opened.admin(EMPTY_TABLES)
        let mirrored: MirroredStore | undefined
        await walk(drawn, {
          settled: async () => mirrored?.settled(),
          createMachine: (drawnShape, options) =>
            createMachine(drawnShape, {
              ...options,
              mirror: (memory, now) => {
                mirrored = mirrorStore(memory, real, now)
                return mirrored
              },
            }),
        })
        await mirrored?.compareHistory()
      })
      await fc.assert(property, { numRuns: name === 'PGlite' ? Math.ceil(RUNS / 2) : RUNS })
    }, 600_000)
  })
})
