import { byIndex } from './by-index.ts'

/** Budgets and their periods. Locks are taken in one order everywhere: budgets, then periods by their ids. */
export const budgets: readonly string[] = [
  // Each budget with its latest period, and those that watch some of them. The process computes a zone's calendar; the clock is the database's.
  `create function ofm_budget.resolve(tenant text, names text[], watched text[]) returns json language plpgsql volatile ${byIndex} as $$
  declare
    before text := ofm_budget.enter(tenant);
    wanted text[] := names || array(select w.budget from ofm_budget.budget w where w.tenant_id = tenant and w.watches = any(watched));
    answer json;
  begin
    select json_build_object('now', ofm_budget.ms(ofm_budget.now()), 'levels', coalesce(json_agg(json_build_object('budget', b.budget,
        'currency', b.currency, 'rule', b.rule, 'timeZone', b.time_zone, 'state', b.state, 'createdAt', ofm_budget.ms(b.created_at),
        'periodId', p.period_id::text, 'endsAt', ofm_budget.ms(p.ends_at), 'superseded', p.superseded) order by b.budget collate "C"), '[]'),
        'periods', ofm_budget.read_periods(tenant, array_agg(p.period_id)), 'falls', ofm_budget.read_falls(tenant, array_agg(p.period_id))) into answer
      from ofm_budget.budget b
        left join lateral (select * from ofm_budget.period l where l.tenant_id = tenant and l.budget = b.budget and l.is_in_order order by l.starts_at desc limit 1) p on true
      where b.tenant_id = tenant and b.budget = any(wanted);
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

  // A row that does not exist cannot be locked, so it is inserted first: of two processes one makes it, and both share one limit. None begins by a rule that
  // was changed meanwhile.
  `create function ofm_budget.begin_period(tenant text, name text, by_rule jsonb, starts double precision, ends double precision) returns json
  language plpgsql volatile as $$
  declare
    before text := ofm_budget.enter(tenant);
    owner ofm_budget.budget;
    begun bigint;
  begin
    select * into owner from ofm_budget.budget b where b.tenant_id = tenant and b.budget = name for share;
    insert into ofm_budget.period (tenant_id, budget, currency, state, enforcement, limit_nanos, time_zone, starts_at, ends_at, renews, while_away,
        match, match_version, window_ms)
      select tenant, name, owner.currency, owner.state, owner.enforcement, owner.limit_nanos, owner.time_zone, ofm_budget.at(starts), ofm_budget.at(ends),
        owner.rule ->> 'kind' <> 'range', owner.while_away, owner.match, owner.match_version, (owner.rule ->> 'windowMs')::bigint
      where owner.rule = by_rule and not exists (select from ofm_budget.period p
        where p.tenant_id = tenant and p.budget = name and p.is_in_order and (p.ends_at is null or p.ends_at > ofm_budget.at(starts)))
      on conflict (tenant_id, budget, starts_at) where is_in_order do nothing returning period_id into begun;
    if begun is not null then
      insert into ofm_budget.entry (tenant_id, kind, key, budget, currency, path, at, details)
        values (tenant, 'period', begun::text, name, owner.currency, array[begun], ofm_budget.now(),
          jsonb_build_object('limitNanos', owner.limit_nanos::text, 'enforcement', owner.enforcement));
      perform ofm_budget.arm(tenant, begun, 'otherwise');
    end if;
    perform ofm_budget.enter(before);
    return 'null';
  end $$`,

  // What is not given stays as it is; a new budget is given whole. Of two that add it at once one is broken off, and changes what the other added: unless
  // that is in another currency, which nothing changes.
  `create function ofm_budget.set_budget(tenant text, changes json, parent text) returns json language plpgsql volatile as $$
  declare
    before text := ofm_budget.enter(tenant);
    moment timestamptz := ofm_budget.now();
    name text := changes ->> 'budget';
    above text := regexp_replace(changes ->> 'budget', '/[^/]*$', '');
    given jsonb := changes;
    known ofm_budget.budget;
    latest ofm_budget.period;
    changed bigint;
    zone text;
    matched jsonb;
    watched_period bigint;
  begin
    select * into known from ofm_budget.budget b where b.tenant_id = tenant and b.budget = name for update;
    if known.currency <> given ->> 'currency' then
      perform ofm_budget.enter(before);
      return 'null';
    end if;
    if known.budget is not null then
      given := jsonb_build_object('currency', known.currency, 'rule', known.rule, 'limitNanos', known.limit_nanos::text,
        'enforcement', known.enforcement, 'alerts', known.alerts, 'match', known.match, 'whileAway', known.while_away) || given;
    end if;
    matched := nullif(given -> 'match', 'null');
    if matched is distinct from known.match then
      update ofm_budget.budget b set match_version = b.match_version + 1 where b.tenant_id = tenant and b.budget = above;
      select p.period_id into watched_period from ofm_budget.period p where p.tenant_id = tenant and p.budget = above and p.is_in_order
        order by p.starts_at desc limit 1;
    end if;
    zone := coalesce(given ->> 'timeZone', known.time_zone,
      (select b.time_zone from ofm_budget.budget b where b.tenant_id = tenant and b.budget = parent), 'UTC');
    if known.budget is null then
      insert into ofm_budget.budget (tenant_id, budget, currency, rule, time_zone, limit_nanos, enforcement, alerts, while_away, match, watches, created_at)
        values (tenant, name, given ->> 'currency', given -> 'rule', zone, (given ->> 'limitNanos')::bigint, given ->> 'enforcement', given -> 'alerts',
          given ->> 'whileAway', matched, case when matched is not null then above end, moment);
    else
      update ofm_budget.budget b set rule = given -> 'rule', time_zone = zone, limit_nanos = (given ->> 'limitNanos')::bigint,
          enforcement = given ->> 'enforcement', alerts = given -> 'alerts', while_away = given ->> 'whileAway', match = matched,
          watches = case when matched is not null then above end
        where b.tenant_id = tenant and b.budget = name;
    end if;
    select * into latest from ofm_budget.period p where p.tenant_id = tenant and p.budget = name and p.is_in_order order by p.starts_at desc limit 1;
    perform ofm_budget.lock_periods(tenant, array_remove(array[latest.period_id, watched_period], null), moment);
    update ofm_budget.period p set match_version = p.match_version + 1 where p.tenant_id = tenant and p.period_id = watched_period;
    if known.budget is not null then
      if known.rule <> given -> 'rule' or known.match is distinct from matched then
        -- One that had not begun, begins this moment or is empty leaves the order of periods: it would be taken for the present one, or for the next.
        update ofm_budget.period p set superseded = true, ends_at = least(p.ends_at, moment), starts_at = least(p.starts_at, p.ends_at, moment),
            is_in_order = p.starts_at < least(p.ends_at, moment)
          where p.tenant_id = tenant and p.period_id = latest.period_id;
      elsif latest.period_id is not null and (known.limit_nanos is distinct from (given ->> 'limitNanos')::bigint
          or known.enforcement <> given ->> 'enforcement' or known.alerts <> given -> 'alerts' or known.time_zone <> zone
          or known.while_away <> given ->> 'whileAway') then
        update ofm_budget.period p set limit_nanos = (given ->> 'limitNanos')::bigint, enforcement = given ->> 'enforcement',
            while_away = given ->> 'whileAway'
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

  // Whether what comes without a reservation is booked in these periods: the latest of their budgets, and over only where none comes after them.
  `create function ofm_budget.are_present(tenant text, path bigint[], versions int[], moment timestamptz) returns boolean language plpgsql volatile as $$
  begin
    return (select bool_and(p.match_version = coalesce(s.version, 0) and p.period_id = l.period_id and (p.ends_at is null or p.ends_at > moment
        or b.state = 'closed' or (b.rule ->> 'kind' = 'range' and not p.superseded)))
      from unnest(path, versions) s (id, version)
        cross join lateral (select * from ofm_budget.period o where o.tenant_id = tenant and o.period_id = s.id offset 0) p
        cross join lateral (select * from ofm_budget.budget o where o.tenant_id = tenant and o.budget = p.budget offset 0) b
        cross join lateral (select * from ofm_budget.period o where o.tenant_id = tenant and o.budget = p.budget and o.is_in_order
          order by o.starts_at desc limit 1) l);
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
        and p.is_in_order order by p.starts_at desc limit 1 for no key update;
      update ofm_budget.period p set state = given ->> 'state' where p.tenant_id = tenant and p.period_id = latest;
      insert into ofm_budget.entry (tenant_id, kind, key, budget, currency, path, at, actor, reason, details)
        values (tenant, 'state', gen_random_uuid()::text, name, known.currency, array[latest], ofm_budget.now(), given ->> 'actor',
          given ->> 'reason', jsonb_build_object('state', given ->> 'state'));
    end if;
    perform ofm_budget.enter(before);
    return 'null';
  end $$`,
]
