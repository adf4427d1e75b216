/** Nothing is visible without a tenant; a dump sees all rows under `ofm_budget.dump`. Entries are added and read, never changed. */
export function secure(table: string, append?: 'only'): string[] {
  const own = "tenant_id = (select nullif(current_setting('ofm_budget.tenant', true), ''))"
  const policies =
    append === 'only'
      ? [
          `create policy tenant_read on ofm_budget.${table} for select using (${own})`,
          `create policy tenant_add on ofm_budget.${table} for insert with check (${own})`,
        ]
      : [`create policy tenant on ofm_budget.${table} using (${own}) with check (${own})`]
  return [
    `alter table ofm_budget.${table} enable row level security`,
    `alter table ofm_budget.${table} force row level security`,
    ...policies,
    `create policy dump on ofm_budget.${table} for select using ((select current_setting('ofm_budget.dump', true)) = 'on')`,
  ]
}

/**
 * The clock and the tables. Keys begin with what is looked up, and indexes for an order have a condition that only the query which needs the order states:
 * so that nothing can be planned as a walk through all rows of a tenant (see `byIndex`). What is in a key is compared by its bytes: faster than by the
 * rules of a language, and no index breaks when an operating system changes them.
 */
export const tables: readonly string[] = [
  // The one source of time. Whole milliseconds, so that a moment is the same on both sides of the driver. Tests replace it by a row.
  `create function ofm_budget.now() returns timestamptz language sql stable parallel safe
  as $$ select date_trunc('milliseconds', clock_timestamp()) $$`,
  `create function ofm_budget.ms(moment timestamptz) returns double precision language sql stable parallel safe
  as $$ select floor(extract(epoch from moment) * 1000)::double precision $$`,
  `create function ofm_budget.at(ms double precision) returns timestamptz language sql immutable parallel safe
  as $$ select to_timestamp(ms / 1000.0) $$`,
  // Returns the tenant before, to be set back: inside a host's transaction its settings stay as they were.
  `create function ofm_budget.enter(tenant text) returns text language plpgsql volatile
  as $$
  declare
    before text := coalesce(current_setting('ofm_budget.tenant', true), '');
  begin
    if before <> tenant then perform set_config('ofm_budget.tenant', tenant, true); end if;
    return before;
  end $$`,

  `create table ofm_budget.budget (
    tenant_id text collate "C" not null,
    budget text collate "C" not null,
    currency text not null,
    rule jsonb not null,
    time_zone text not null,
    limit_nanos bigint check (limit_nanos >= 0),
    enforcement text not null check (enforcement in ('hard', 'soft')),
    alerts jsonb not null,
    while_away text not null default 'closed' check (while_away in ('closed', 'open')),
    match jsonb,
    watches text collate "C" check ((watches is null) = (match is null)),
    match_version int not null default 0,
    state text not null default 'open' check (state in ('open', 'frozen', 'closed')),
    created_at timestamptz not null,
    primary key (tenant_id, budget)
  )`,
  `comment on column ofm_budget.budget.match is 'Of what is spent at or below the parent, what counts here, too: {"vendor", "meter"}.'`,
  `comment on column ofm_budget.budget.match_version is 'Grows when a budget begins or ends to watch this one, so that no process takes a path for whole that it remembers.'`,
  'create index budget_watching on ofm_budget.budget (tenant_id, watches) where watches is not null',
  ...secure('budget'),

  // Hot: a root is updated by every call below it. Its changing columns are in no index, and half of each page is kept free for new versions.
  `create table ofm_budget.period (
    tenant_id text collate "C" not null,
    period_id bigint not null generated always as identity,
    budget text collate "C" not null,
    currency text not null,
    state text not null,
    enforcement text not null,
    limit_nanos bigint,
    carried_in_nanos bigint not null default 0,
    reserved_nanos bigint not null default 0,
    settled_nanos bigint not null default 0,
    time_zone text not null,
    starts_at timestamptz not null,
    ends_at timestamptz,
    renews boolean not null default true,
    superseded boolean not null default false,
    is_in_order boolean not null default true,
    next_settled_nanos bigint,
    next_committed_nanos bigint,
    rearm_committed_nanos bigint,
    while_away text not null default 'closed',
    match jsonb,
    match_version int not null default 0,
    window_ms bigint,
    rolls_at timestamptz,
    primary key (period_id, tenant_id)
  ) with (fillfactor = 50)`,
  `create unique index period_start on ofm_budget.period (tenant_id, budget, starts_at) where is_in_order`,
  `comment on column ofm_budget.period.superseded is 'The rule by which it began was changed: another comes after it, also when that is a span of dates.'`,
  `comment on column ofm_budget.period.is_in_order is 'False: it ended before it had begun, and is neither the present period nor that of any moment.'`,
  `comment on column ofm_budget.period.next_settled_nanos is 'The lowest threshold that has not been reached; crossing it costs no query before.'`,
  `comment on column ofm_budget.period.window_ms is 'Of a rolling budget: for how long a cost counts. Its period has no end, and what is older is taken off as an entry.'`,
  `comment on column ofm_budget.period.rolls_at is 'When the oldest slice of a rolling window falls out of it.'`,
  ...secure('period'),

  // A rolling window is made of slices: what was settled in some minutes counts until the last of them is older than the window.
  `create table ofm_budget.slice (
    tenant_id text collate "C" not null,
    period_id bigint not null,
    falls_at timestamptz not null,
    settled_nanos bigint not null,
    primary key (period_id, falls_at, tenant_id)
  )`,
  ...secure('slice'),

  `create table ofm_budget.threshold (
    tenant_id text collate "C" not null,
    period_id bigint not null,
    rule text collate "C" not null,
    of text not null check (of in ('settled', 'committed')),
    threshold_nanos bigint not null,
    rearm_nanos bigint not null,
    fired boolean not null,
    primary key (tenant_id, period_id, rule)
  )`,
  ...secure('threshold'),

  `create table ofm_budget.open_reservation (
    tenant_id text collate "C" not null,
    reservation_id text collate "C" not null,
    budget text collate "C" not null,
    currency text not null,
    path bigint[] not null,
    amount_nanos bigint not null check (amount_nanos >= 0),
    if_lost_nanos bigint,
    dispatched boolean not null,
    lifetime_ms bigint not null,
    expires_at timestamptz not null,
    reference text,
    primary key (reservation_id, tenant_id)
  )`,
  `create index open_reservation_due on ofm_budget.open_reservation (tenant_id, expires_at) where expires_at > '-infinity'`,
  ...secure('open_reservation'),
  // Whose reservations are due, and no more, is asked across tenants: by `list_due_tenants()`.
  `create policy due on ofm_budget.open_reservation for select using ((select current_setting('ofm_budget.due', true)) = 'on')`,

  // The key makes once what happens once: a reservation has one entry of each of these kinds, an extension and an adjustment one for its own key.
  `create table ofm_budget.entry (
    tenant_id text collate "C" not null,
    kind text collate "C" not null,
    key text collate "C" not null,
    position bigint not null generated always as identity,
    budget text collate "C" not null,
    currency text not null,
    path bigint[] not null,
    reservation_id text collate "C",
    reserved_nanos bigint not null default 0,
    settled_nanos bigint not null default 0,
    cost_nanos bigint,
    marks text[] not null default '{}',
    at timestamptz not null,
    expires_at timestamptz,
    actor text,
    reason text,
    reference text,
    fingerprint text,
    details jsonb,
    primary key (key, kind, tenant_id)
  )`,
  `comment on column ofm_budget.entry.cost_nanos is 'What the work did cost; settled_nanos is what that changed.'`,
  'create index entry_position on ofm_budget.entry (tenant_id, position) where position > 0',
  `create index entry_of_reservation on ofm_budget.entry (tenant_id, reservation_id) where kind in ('extend', 'adjust')`,
  `create index entry_assumed on ofm_budget.entry (tenant_id, position) where kind = 'expire' and settled_nanos > 0`,
  `comment on index ofm_budget.entry_assumed is 'What expired after its call: few, and settled later perhaps.'`,
  ...secure('entry', 'only'),

  `create table ofm_budget.alert (
    tenant_id text collate "C" not null,
    alert_id bigint not null generated always as identity,
    period_id bigint not null,
    budget text collate "C" not null,
    currency text not null,
    at timestamptz not null,
    rule text collate "C" not null,
    of text not null,
    threshold_nanos bigint not null,
    before_nanos bigint not null,
    after_nanos bigint not null,
    limit_nanos bigint,
    available_nanos bigint,
    starts_at timestamptz not null,
    ends_at timestamptz,
    models jsonb,
    lease_until timestamptz,
    primary key (tenant_id, alert_id)
  )`,
  ...secure('alert'),

  `create table ofm_budget.unmatched (
    tenant_id text collate "C" not null,
    reservation_id text collate "C" not null,
    cost_nanos bigint not null,
    currency text,
    at timestamptz not null,
    primary key (tenant_id, reservation_id)
  )`,
  `comment on table ofm_budget.unmatched is 'Settlements for ids that nobody reserved, without a budget: kept, not booked.'`,
  ...secure('unmatched'),
]
