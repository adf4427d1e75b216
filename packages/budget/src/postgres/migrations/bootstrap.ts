/** Where the runner records what it has applied. Not a tenant's table: readable by all, and only its owner can write. */
export const bootstrapStatements: readonly string[] = [
  `create table ofm_budget.migration (
    name text primary key,
    applied_at timestamptz not null default clock_timestamp()
  )`,
  'alter table ofm_budget.migration enable row level security',
  'alter table ofm_budget.migration force row level security',
  'create policy everyone on ofm_budget.migration using (true) with check (true)',
]

/**
 * A login that row security does not bind works under the role `ofm_budget_app`, which it does bind. Does nothing for an ordinary login.
 *
 * @param login SQL expression for the login's name.
 */
export function roleStatement(login: string): string {
  return `do $role$
begin
  if not (select rolsuper or rolbypassrls from pg_roles where rolname = ${login}) then return; end if;
  begin
    create role ofm_budget_app nologin;
  exception when duplicate_object or unique_violation then null;
  end;
  if not (select pg_has_role(oid, 'ofm_budget_app', 'member') from pg_roles where rolname = ${login}) then
    execute format('grant ofm_budget_app to %I', ${login});
  end if;
  grant usage on schema ofm_budget to ofm_budget_app;
  grant select, insert, update, delete on all tables in schema ofm_budget to ofm_budget_app;
  revoke insert, update, delete on ofm_budget.migration from ofm_budget_app;
end
$role$`
}
