import { bootstrapStatements, roleStatement } from './bootstrap.ts'
import { migrations } from './migrations.ts'

/**
 * The same migrations as a script for an administrator; may be run again after each upgrade.
 *
 * @param login The application's login, which becomes the owner. Default: whoever runs the script.
 */
export function migrationSql(login?: string): string {
  const owner = login === undefined ? undefined : `"${login.replaceAll('"', '""')}"`
  const loginName = login === undefined ? 'current_user' : `'${login.replaceAll("'", "''")}'`
  const lines = [
    'begin;',
    `create schema if not exists ofm_budget${owner ? ` authorization ${owner}` : ''};`,
    ...(owner ? [`set local role ${owner};`] : []),
    once("to_regclass('ofm_budget.migration') is not null", bootstrapStatements),
    ...migrations.map(({ name, statements }) =>
      once(`exists (select from ofm_budget.migration where name = '${name}')`, [
        ...statements,
        `insert into ofm_budget.migration (name) values ('${name}')`,
      ]),
    ),
    ...(owner ? ['reset role;'] : []),
    `${roleStatement(loginName)};`,
    'commit;',
  ]
  return `${lines.join('\n\n')}\n`
}

function once(done: string, statements: readonly string[]): string {
  return `do $once$\nbegin\n  if ${done} then return; end if;\n  ${statements.join(';\n  ')};\nend\n$once$;`
}
