import { byIndex } from './by-index.ts'

/** Settlements and releases, and what comes late, twice or without a reservation. */
export const finishing: readonly string[] = [
  // All that is on the paths of these reservations, and of those that a settlement brings, locked in one order. What appears between the look and the
  // lock is not touched, whether it is still open then or has ended: its levels would be locked out of order. The call is repeated, and finds its path.
  `create function ofm_budget.lock_paths(tenant text, ids text[], more bigint[]) returns bigint[] language plpgsql volatile as $$
  declare
    open_count bigint;
    period_ids bigint[];
  begin
    select count(distinct o.reservation_id), array_agg(distinct step) into open_count, period_ids
      from unnest(ids) i (id)
        cross join lateral (select * from ofm_budget.open_reservation r where r.tenant_id = tenant and r.reservation_id = i.id offset 0) o
        cross join unnest(o.path) step;
    if open_count < cardinality(ids) then
      select array_agg(distinct step) into period_ids from (
        select unnest(period_ids) union all select unnest(more)
        union all select unnest(e.path) from unnest(ids) i (id)
          cross join lateral (select x.path from ofm_budget.entry x where x.tenant_id = tenant and x.kind = 'reserve' and x.key = i.id offset 0) e
      ) u (step);
    end if;
    perform ofm_budget.lock_periods(tenant, period_ids, ofm_budget.now());
    return period_ids;
  end $$`,

  // One entry, and every level of its path moved by it. The path is locked by the caller.
  `create function ofm_budget.book(given ofm_budget.entry) returns bigint language plpgsql volatile as $$
  declare
    crossed record;
    booked bigint;
    untouched bigint[] := '{}';
  begin
    if given.settled_nanos < 0 and given.kind <> 'roll' then
      untouched := array(select p.period_id from ofm_budget.period p where p.tenant_id = given.tenant_id and p.period_id = any(given.path)
        and p.window_ms is not null and ofm_budget.counts_at(given, p.window_ms) is null);
    end if;
    insert into ofm_budget.entry (tenant_id, kind, key, budget, currency, path, reservation_id, reserved_nanos, settled_nanos, cost_nanos, marks, at,
        expires_at, actor, reason, reference, fingerprint, details)
      values (given.tenant_id, given.kind, given.key, given.budget, given.currency, given.path, given.reservation_id,
        coalesce(given.reserved_nanos, 0), coalesce(given.settled_nanos, 0), given.cost_nanos, coalesce(given.marks, '{}'), ofm_budget.now(),
        given.expires_at, given.actor, given.reason, given.reference, given.fingerprint, given.details)
      returning position into booked;
    -- What fell out of a rolling window is not taken off once more.
    insert into ofm_budget.entry (tenant_id, kind, key, budget, currency, path, settled_nanos, at)
      select p.tenant_id, 'roll', gen_random_uuid()::text, p.budget, p.currency, array[p.period_id], -given.settled_nanos, ofm_budget.now()
      from ofm_budget.period p where p.tenant_id = given.tenant_id and p.period_id = any(untouched);
    for crossed in
      update ofm_budget.period p set reserved_nanos = p.reserved_nanos + coalesce(given.reserved_nanos, 0),
          settled_nanos = p.settled_nanos + case when p.period_id = any(untouched) then 0 else coalesce(given.settled_nanos, 0) end
        where p.tenant_id = given.tenant_id and p.period_id = any(given.path)
          and (coalesce(given.reserved_nanos, 0) <> 0 or coalesce(given.settled_nanos, 0) <> 0)
        returning p.period_id, p.window_ms, p.settled_nanos >= p.next_settled_nanos or p.settled_nanos + p.reserved_nanos >= p.next_committed_nanos
          or p.settled_nanos + p.reserved_nanos < p.rearm_committed_nanos or (p.window_ms is not null and given.settled_nanos < 0) as reached
    loop
      if crossed.period_id = any(untouched) then continue; end if;
      if crossed.window_ms is not null and given.settled_nanos <> 0 and given.kind <> 'roll' then
        perform ofm_budget.count_spent(given.tenant_id, crossed.period_id, crossed.window_ms, given.settled_nanos,
          ofm_budget.counts_at(given, crossed.window_ms));
      end if;
      if crossed.reached then
        perform ofm_budget.raise_alerts(given.tenant_id, crossed.period_id, coalesce(given.settled_nanos, 0),
          coalesce(given.settled_nanos, 0) + coalesce(given.reserved_nanos, 0));
      end if;
    end loop;
    return booked;
  end $$`,

  // The ordinary way of many at once: those that are open, and whose whole path is locked. Returns the answer of each that it ended.
  `create function ofm_budget.finish_open(tenant text, period_ids bigint[], given json, moment timestamptz) returns json language plpgsql volatile as $$
  declare
    answers json;
    steps bigint[];
    amounts bigint[];
    costs bigint[];
    crossed record;
    place int;
  begin
    with found as materialized (
      select o.*, i.kind, i.cost, i.fingerprint, i.reason, i.details
      from json_to_recordset(given) as i(id text, kind text, currency text, cost bigint, fingerprint text, reason text, details text)
        cross join lateral (select * from ofm_budget.open_reservation r where r.tenant_id = tenant and r.reservation_id = i.id offset 0) o
      where (i.kind = 'release' or i.currency = o.currency) and o.path <@ period_ids
    ), gone as (
      delete from ofm_budget.open_reservation o where o.tenant_id = tenant and o.reservation_id = any(array(select f.reservation_id from found f))
    ), noted as (
      insert into ofm_budget.entry (tenant_id, kind, key, budget, currency, path, reservation_id, reserved_nanos, settled_nanos, cost_nanos, marks,
          at, expires_at, reason, reference, fingerprint, details)
        select tenant, f.kind, f.reservation_id, f.budget, f.currency, f.path, f.reservation_id, -f.amount_nanos, f.cost,
          case f.kind when 'settle' then f.cost end, case when f.cost > f.amount_nanos then '{over}'::text[] else '{}' end,
          moment, f.expires_at, f.reason, f.reference, f.fingerprint, f.details::jsonb
        from found f
    ), change as (
      select step, sum(f.amount_nanos)::bigint as amount, sum(f.cost)::bigint as cost from found f, unnest(f.path) step group by step
    )
    select (select coalesce(json_agg(json_build_array(f.reservation_id, f.budget, f.currency, f.path, f.amount_nanos::text,
        case f.kind when 'settle' then f.cost::text end, f.cost > f.amount_nanos, ofm_budget.ms(f.expires_at))), '[]') from found f),
      (select array_agg(c.step) from change c), (select array_agg(c.amount) from change c), (select array_agg(c.cost) from change c)
      into answers, steps, amounts, costs;
    for crossed in
      update ofm_budget.period p set reserved_nanos = p.reserved_nanos - amounts[array_position(steps, p.period_id)],
          settled_nanos = p.settled_nanos + costs[array_position(steps, p.period_id)]
        where p.tenant_id = tenant and p.period_id = any(steps)
        returning p.period_id, p.window_ms, p.settled_nanos >= p.next_settled_nanos or p.settled_nanos + p.reserved_nanos >= p.next_committed_nanos
          or p.settled_nanos + p.reserved_nanos < p.rearm_committed_nanos as reached
    loop
      if crossed.window_ms is not null and costs[array_position(steps, crossed.period_id)] > 0 then
        perform ofm_budget.count_spent(tenant, crossed.period_id, crossed.window_ms, costs[array_position(steps, crossed.period_id)], moment);
      end if;
      if crossed.reached then
        place := array_position(steps, crossed.period_id);
        perform ofm_budget.raise_alerts(tenant, crossed.period_id, costs[place], costs[place] - amounts[place]);
      end if;
    end loop;
    return answers;
  end $$`,

  // One that is not open any more, or never was; one that is open is ended above, unless its currency is another. Returns what is wrong with it, `booked`
  // when it was booked, or null: it is as it was.
  `create function ofm_budget.finish_other(tenant text, period_ids bigint[], item json, stored json) returns text language plpgsql volatile as $$
  declare
    id text := item ->> 'id';
    kind text := item ->> 'kind';
    cost bigint := (item ->> 'cost')::bigint;
    entry ofm_budget.entry;
    marks text[] := '{}';
  begin
    entry.tenant_id := tenant; entry.key := id; entry.reservation_id := id; entry.fingerprint := item ->> 'fingerprint';
    entry.reason := item ->> 'reason'; entry.details := (item ->> 'details')::jsonb; entry.currency := item ->> 'currency';
    if stored is null then
      if kind = 'release' or item ->> 'path' is null then
        if kind = 'settle' then
          insert into ofm_budget.unmatched (tenant_id, reservation_id, cost_nanos, currency, at)
            values (tenant, id, cost, item ->> 'currency', ofm_budget.now()) on conflict do nothing;
        end if;
        return 'unknown_reservation';
      end if;
      entry.path := array(select json_array_elements_text(item -> 'path')::bigint);
      if not ofm_budget.are_present(tenant, entry.path, array(select json_array_elements_text(item -> 'versions')::int), ofm_budget.now()) then
        return 'stale';
      end if;
      delete from ofm_budget.unmatched u where u.tenant_id = tenant and u.reservation_id = id;
      entry.budget := item ->> 'budget'; entry.reference := item ->> 'reference'; entry.expires_at := ofm_budget.now();
      entry.kind := 'reserve'; entry.marks := '{unreserved}';
      perform ofm_budget.book(entry);
      entry.kind := 'settle'; entry.settled_nanos := cost; entry.cost_nanos := cost;
      perform ofm_budget.book(entry);
      return 'booked';
    end if;
    entry.path := array(select json_array_elements_text(stored -> 'path')::bigint);
    if not entry.path <@ coalesce(period_ids, '{}') then
      raise exception 'The reservation % was made while its path was looked up.', id using errcode = 'serialization_failure';
    end if;
    if stored ->> 'state' = 'settled' then
      return case when kind = 'settle' and stored ->> 'settleFingerprint' = item ->> 'fingerprint' then null else 'already_settled' end;
    end if;
    if kind = 'settle' and stored ->> 'currency' <> item ->> 'currency' then
      return 'currency_mismatch';
    end if;
    if kind = 'release' and (stored ->> 'state' = 'released' or stored ->> 'settledNanos' is null) then
      return null;
    end if;
    if kind = 'settle' then
      marks := '{late}';
      if cost > (stored ->> 'amountNanos')::bigint then marks := '{late,over}'; end if;
      entry.cost_nanos := cost;
    end if;
    entry.kind := kind; entry.marks := marks; entry.budget := stored ->> 'budget'; entry.currency := stored ->> 'currency';
    entry.expires_at := ofm_budget.at((stored ->> 'expiresAt')::double precision); entry.reference := stored ->> 'reference';
    -- What was booked when it expired is taken back.
    entry.settled_nanos := cost - coalesce((stored ->> 'settledNanos')::bigint, 0);
    perform ofm_budget.book(entry);
    return 'booked';
  end $$`,

  `create function ofm_budget.finish(tenant text, ids text[], more bigint[], given json) returns json language plpgsql volatile
  ${byIndex} as $$
  declare
    before text := ofm_budget.enter(tenant);
    period_ids bigint[];
    ended json;
    rest text[];
    stored json;
    other record;
    verdict text;
    refused json[] := '{}';
    booked boolean := false;
    answer json;
  begin
    period_ids := ofm_budget.lock_paths(tenant, ids, more);
    ended := ofm_budget.finish_open(tenant, period_ids, given, ofm_budget.now());
    if json_array_length(ended) < cardinality(ids) then
      rest := array(select u.id from unnest(ids) u (id) except select e ->> 0 from json_array_elements(ended) e);
      stored := ofm_budget.read_reservations(tenant, rest);
      for other in select i as item, s as stored from json_array_elements(given) i left join json_array_elements(stored) s on s ->> 'id' = i ->> 'id'
          where i ->> 'id' = any(rest) order by i ->> 'id' collate "C" loop
        verdict := ofm_budget.finish_other(tenant, period_ids, other.item, other.stored);
        if verdict = 'booked' then booked := true;
        elsif verdict is not null then refused := refused || json_build_object('id', other.item ->> 'id', 'status', verdict);
        end if;
      end loop;
      if booked then stored := ofm_budget.read_reservations(tenant, rest); end if;
    end if;
    answer := json_build_object('ended', ended, 'refused', array_to_json(refused),
      'stored', stored,
      'periods', ofm_budget.read_periods(tenant, period_ids));
    perform ofm_budget.enter(before);
    return answer;
  end $$`,
]
