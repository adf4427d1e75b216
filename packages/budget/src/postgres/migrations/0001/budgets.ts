import { byIndex } from './by-index.ts'

/** Budgets and their periods. Locks are taken in one order everywhere: budgets, then periods by their ids. */
export const budgets: readonly string[] = [
  // Each level with its latest period. The process computes a zone's calendar; the clock is the database's.
  `create function ofm_budget.resolve(tenant text, names text[]) returns json language plpgsql volatile ${byIndex} as $$
  declare
    before text := ofm_budget.enter(tenant);
    answer json;
  begin
    select json_build_object('now', ofm_budget.ms(ofm_budget.now()), 'levels', coalesce(json_agg(json_build_object('budget', b.budget,
        'currency', b.currency, 'rule', b.rule, 'timeZone', b.time_zone, 'state', b.state, 'createdAt', ofm_budget.ms(b.created_at),
        'periodId', p.period_id::text, 'endsAt', ofm_budget.ms(p.ends_at)) order by b.budget collate "C"), '[]'),
        'periods', ofm_budget.read_periods(tenant, array_agg(p.period_id))) into answer
      from ofm_budget.budget b
        left join lateral (select * from ofm_budget.period l where l.tenant_id = tenant and l.budget = b.budget and l.starts_at > '-infinity' order by l.starts_at desc limit 1) p on true
      where b.tenant_id = tenant and b.budget = any(names);
    perform ofm_budget.enter(before);
    return answer;
  end $$`,

  `create function ofm_budget.list_names(tenant text, below text) returns json language plpgsql volatile as $$
  declare
    before text := ofm_budget.enter(tenant);
    answer json;
  begin
    select coalesce(json_agg(b.budget order by b.budget collate "C"), '[]') into answer from ofm_budget.budget b
      where b.tenant_id = tenant and (below is null or b.budget = below or starts_with(b.budget, below || '/'));
    perform ofm_budget.enter(before);
    return answer;
  end $$`,

  // A row that does not exist cannot be locked, so it is inserted first: of two processes one makes it, and both share one limit.
  `create function ofm_budget.begin_period(tenant text, name text, starts double precision, ends double precision) returns json
  language plpgsql volatile as $$
  declare
    before text := ofm_budget.enter(tenant);
    owner ofm_budget.budget;
    begun bigint;
  begin
    select * into owner from ofm_budget.budget b where b.tenant_id = tenant and b.budget = name for share;
    insert into ofm_budget.period (tenant_id, budget, currency, state, enforcement, limit_nanos, time_zone, starts_at, ends_at)
      select tenant, name, owner.currency, owner.state, owner.enforcement, owner.limit_nanos, owner.time_zone, ofm_budget.at(starts), ofm_budget.at(ends)
      where not exists (select from ofm_budget.period p where p.tenant_id = tenant and p.budget = name and p.starts_at > '-infinity' and (p.ends_at is null or p.ends_at > ofm_budget.at(starts)))
      on conflict (tenant_id, budget, starts_at) where starts_at > '-infinity' do nothing returning period_id into begun;
    if begun is not null then
      insert into ofm_budget.entry (tenant_id, kind, key, budget, currency, path, at, details)
        values (tenant, 'period', begun::text, name, owner.currency, array[begun], ofm_budget.now(),
          jsonb_build_object('limitNanos', owner.limit_nanos::text, 'enforcement', owner.enforcement));
      perform ofm_budget.arm(tenant, begun, 'otherwise');
    end if;
    perform ofm_budget.enter(before);
    return 'null';
  end $$`,

  // What is not given stays as it is; a new budget is given whole.
  `create function ofm_budget.set_budget(tenant text, changes json, parent text) returns json language plpgsql volatile as $$
  declare
    before text := ofm_budget.enter(tenant);
    moment timestamptz := ofm_budget.now();
    name text := changes ->> 'budget';
    given jsonb := changes;
    known ofm_budget.budget;
    latest ofm_budget.period;
    changed bigint;
    zone text;
  begin
    select * into known from ofm_budget.budget b where b.tenant_id = tenant and b.budget = name for update;
    if known.budget is not null then
      given := jsonb_build_object('currency', known.currency, 'rule', known.rule, 'limitNanos', known.limit_nanos::text,
        'enforcement', known.enforcement, 'alerts', known.alerts) || given;
    end if;
    zone := coalesce(given ->> 'timeZone', known.time_zone,
      (select b.time_zone from ofm_budget.budget b where b.tenant_id = tenant and b.budget = parent), 'UTC');
    insert into ofm_budget.budget as b (tenant_id, budget, currency, rule, time_zone, limit_nanos, enforcement, alerts, created_at)
      values (tenant, name, given ->> 'currency', given -> 'rule', zone, (given ->> 'limitNanos')::bigint,
        given ->> 'enforcement', given -> 'alerts', moment)
      on conflict (tenant_id, budget) do update set rule = excluded.rule, time_zone = excluded.time_zone, limit_nanos = excluded.limit_nanos,
        enforcement = excluded.enforcement, alerts = excluded.alerts;
    if known.budget is not null then
      select * into latest from ofm_budget.period p where p.tenant_id = tenant and p.budget = name and p.starts_at > '-infinity' order by p.starts_at desc limit 1 for no key update;
      if known.rule <> given -> 'rule' then
        -- One that had not begun leaves the order of periods: nothing was booked in it, and it would be taken for the present one.
        update ofm_budget.period p set ends_at = moment, starts_at = case when p.starts_at > moment then '-infinity' else p.starts_at end
          where p.tenant_id = tenant and p.period_id = latest.period_id and (p.ends_at is null or p.ends_at > moment);
      elsif known.limit_nanos is distinct from (given ->> 'limitNanos')::bigint or known.enforcement <> given ->> 'enforcement'
          or known.alerts <> given -> 'alerts' or known.time_zone <> zone then
        update ofm_budget.period p set limit_nanos = (given ->> 'limitNanos')::bigint, enforcement = given ->> 'enforcement'
          where p.tenant_id = tenant and p.period_id = latest.period_id returning p.period_id into changed;
        insert into ofm_budget.entry (tenant_id, kind, key, budget, currency, path, at, actor, details)
          values (tenant, 'limit', gen_random_uuid()::text, name, known.currency, array[changed], moment, given ->> 'actor',
            jsonb_build_object('limitNanos', given ->> 'limitNanos', 'enforcement', given ->> 'enforcement'));
        perform ofm_budget.arm(tenant, changed, case
          when (given ->> 'limitNanos')::bigint < known.limit_nanos or (known.limit_nanos is null and given ->> 'limitNanos' is not null) then 'lowered'
          else 'otherwise' end);
      end if;
    end if;
    perform ofm_budget.enter(before);
    return 'null';
  end $$`,

  `create function ofm_budget.set_state(tenant text, given json) returns json language plpgsql volatile as $$
  declare
    before text := ofm_budget.enter(tenant);
    name text := given ->> 'budget';
    known ofm_budget.budget;
    latest bigint;
  begin
    select * into known from ofm_budget.budget b where b.tenant_id = tenant and b.budget = name for update;
    if known.state <> given ->> 'state' then
      update ofm_budget.budget b set state = given ->> 'state' where b.tenant_id = tenant and b.budget = name;
      select p.period_id into latest from ofm_budget.period p where p.tenant_id = tenant and p.budget = name
        and p.starts_at > '-infinity' order by p.starts_at desc limit 1 for no key update;
      update ofm_budget.period p set state = given ->> 'state' where p.tenant_id = tenant and p.period_id = latest;
      insert into ofm_budget.entry (tenant_id, kind, key, budget, currency, path, at, actor, reason, details)
        values (tenant, 'state', gen_random_uuid()::text, name, known.currency, array[latest], ofm_budget.now(), given ->> 'actor',
          given ->> 'reason', jsonb_build_object('state', given ->> 'state'));
    end if;
    perform ofm_budget.enter(before);
    return 'null';
  end $$`,
]
