/** Where the runner records what it has applied. Not a tenant's table: readable by all, and only its owner can write. */
export const bootstrapStatements: readonly string[] = [
  `create table ofm.migration (
    name text primary key,
    applied_at timestamptz not null default clock_timestamp()
  )`,
  'alter table ofm.migration enable row level security',
  'alter table ofm.migration force row level security',
  'create policy everyone on ofm.migration using (true) with check (true)',
]

/**
 * A login that row security does not bind works under the role `ofm_app`, which it does bind. Does nothing for an ordinary login.
 *
 * @param login SQL expression for the login's name.
 */
export function roleStatement(login: string): string {
  return `do $role$
begin
  if not (select rolsuper or rolbypassrls from pg_roles where rolname = ${login}) then return; end if;
  begin
    create role ofm_app nologin;
  exception when duplicate_object or unique_violation then null;
  end;
  if not (select pg_has_role(oid, 'ofm_app', 'member') from pg_roles where rolname = ${login}) then
    execute format('grant ofm_app to %I', ${login});
  end if;
  grant usage on schema ofm to ofm_app;
  grant select, insert, update, delete on all tables in schema ofm to ofm_app;
  revoke insert, update, delete on ofm.migration from ofm_app;
end
$role$`
}
