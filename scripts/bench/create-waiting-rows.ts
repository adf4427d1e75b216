import type pg from 'pg'

/** Copies of one scheduled publication, due in a month: rows as `posts.create` writes them, without its time. */
export async function createWaitingRows(admin: pg.Pool, count: number): Promise<void> {
  const { rows } = await admin.query<{ agency: string; publication: string; post: string }>(
    'select agency_id as agency, publication_id as publication, post_id as post from ofm.publication limit 1',
  )
  const [model] = rows
  if (!model) throw new Error('There is no publication to copy.')
  const copy = async (table: string, where: string, changes: Readonly<Record<string, string>>): Promise<void> => {
    const columns = await admin.query<{ name: string }>(
      `select attname as name from pg_attribute where attrelid = 'ofm.${table}'::regclass and attnum > 0 and not attisdropped and attidentity = ''`,
    )
    const names = columns.rows.map(({ name }) => `"${name}"`)
    const values = columns.rows.map(({ name }) => changes[name] ?? `m."${name}"`)
    await admin.query(
      `insert into ofm.${table} (${names}) select ${values} from ofm.${table} m, generate_series(1, ${count}) n where ${where}`,
    )
  }
  const later = `ofm.now() + interval '30 days'`
  const publication = `'publication_copy_' || n`
  const post = `'post_copy_' || n`
  const ofPost = `m.agency_id = '${model.agency}' and m.post_id = '${model.post}'`
  const ofPublication = `m.agency_id = '${model.agency}' and m.publication_id = '${model.publication}'`
  await copy('post', ofPost, { post_id: post, key: 'null', at: later })
  await copy('revision', ofPost, { post_id: post })
  await copy('publication', ofPublication, {
    ...{ publication_id: publication, post_id: post, state: `'scheduled'`, due_at: later },
    ...{ latest_by: `ofm.now() + interval '31 days'`, hold: 'null', reason: 'null', published_at: 'null' },
  })
  await copy('work', ofPublication, {
    ...{ publication_id: publication, run_at: later, told_at: 'null', told_on: 'null' },
    ...{ lease_until: 'null', lease_owner: 'null', telling_until: 'null' },
  })
  await admin.query('analyze ofm.work')
}
