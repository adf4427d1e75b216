/** Settlements and releases, and what comes late, twice or without a reservation. */
export const finishing: readonly string[] = [
  // All that is on the paths of these reservations, and of those that a settlement brings, locked in one order. Nobody touches a reservation without.
  `create function ofm_budget.lock_paths(tenant text, ids text[], more bigint[]) returns bigint[] language plpgsql volatile as $$
  declare
    open_count bigint;
    period_ids bigint[];
  begin
    select count(distinct o.reservation_id), array_agg(distinct step) into open_count, period_ids
      from ofm_budget.open_reservation o, unnest(o.path) step where o.tenant_id = tenant and o.reservation_id = any(ids);
    if open_count < cardinality(ids) then
      select array_agg(distinct step) into period_ids from (
        select unnest(period_ids) union all select unnest(more)
        union all select unnest(e.path) from ofm_budget.entry e where e.tenant_id = tenant and e.kind = 'reserve' and e.key = any(ids)
      ) u (step);
    end if;
    perform from ofm_budget.period p where p.tenant_id = tenant and p.period_id = any(period_ids) order by p.period_id for no key update;
    return period_ids;
  end $$`,

  // One entry, and every level of its path moved by it. The path is locked by the caller.
  `create function ofm_budget.book(given ofm_budget.entry) returns bigint language plpgsql volatile as $$
  declare
    crossed record;
    booked bigint;
  begin
    insert into ofm_budget.entry (tenant_id, kind, key, budget, currency, path, reservation_id, reserved_nanos, settled_nanos, cost_nanos, marks, at,
        expires_at, actor, reason, reference, fingerprint, details)
      values (given.tenant_id, given.kind, given.key, given.budget, given.currency, given.path, given.reservation_id,
        coalesce(given.reserved_nanos, 0), coalesce(given.settled_nanos, 0), given.cost_nanos, coalesce(given.marks, '{}'), ofm_budget.now(),
        given.expires_at, given.actor, given.reason, given.reference, given.fingerprint, given.details)
      returning position into booked;
    for crossed in
      update ofm_budget.period p set reserved_nanos = p.reserved_nanos + coalesce(given.reserved_nanos, 0),
          settled_nanos = p.settled_nanos + coalesce(given.settled_nanos, 0)
        where p.tenant_id = given.tenant_id and p.period_id = any(given.path)
          and (coalesce(given.reserved_nanos, 0) <> 0 or coalesce(given.settled_nanos, 0) <> 0)
        returning p.period_id, p.settled_nanos >= p.next_settled_nanos or p.settled_nanos + p.reserved_nanos >= p.next_committed_nanos
          or p.settled_nanos + p.reserved_nanos < p.rearm_committed_nanos as reached
    loop
      if crossed.reached then
        perform ofm_budget.raise_alerts(given.tenant_id, crossed.period_id, coalesce(given.settled_nanos, 0),
          coalesce(given.settled_nanos, 0) + coalesce(given.reserved_nanos, 0));
      end if;
    end loop;
    return booked;
  end $$`,

  // The ordinary way of many at once: those that are open. Returns the ids that it ended.
  `create function ofm_budget.finish_open(tenant text, given json, moment timestamptz) returns text[] language plpgsql volatile as $$
  declare
    ended text[];
    crossed record;
    crossings json;
  begin
    with gone as (
      delete from ofm_budget.open_reservation o
      using json_to_recordset(given) as i(id text, kind text, currency text, cost bigint, fingerprint text, reason text, details text)
      where o.tenant_id = tenant and o.reservation_id = i.id and (i.kind = 'release' or i.currency = o.currency)
      returning o.*, i.kind, i.cost, i.fingerprint, i.reason, i.details
    ), noted as (
      insert into ofm_budget.entry (tenant_id, kind, key, budget, currency, path, reservation_id, reserved_nanos, settled_nanos, cost_nanos, marks,
          at, expires_at, reason, reference, fingerprint, details)
        select tenant, g.kind, g.reservation_id, g.budget, g.currency, g.path, g.reservation_id, -g.amount_nanos, g.cost,
          case g.kind when 'settle' then g.cost end, case when g.cost > g.amount_nanos then '{over}'::text[] else '{}' end,
          moment, g.expires_at, g.reason, g.reference, g.fingerprint, g.details::jsonb
        from gone g order by g.reservation_id
    ), change as (
      select step, sum(g.amount_nanos)::bigint as amount, sum(g.cost)::bigint as cost from gone g, unnest(g.path) step group by step
    ), moved as (
      update ofm_budget.period p set reserved_nanos = p.reserved_nanos - c.amount, settled_nanos = p.settled_nanos + c.cost
      from change c where p.tenant_id = tenant and p.period_id = c.step
      returning p.period_id, c.cost, c.cost - c.amount as committed, p.settled_nanos >= p.next_settled_nanos
        or p.settled_nanos + p.reserved_nanos >= p.next_committed_nanos
        or p.settled_nanos + p.reserved_nanos < p.rearm_committed_nanos as reached
    )
    select (select array_agg(g.reservation_id) from gone g),
      (select json_agg(json_build_object('id', m.period_id, 'cost', m.cost, 'committed', m.committed)) from moved m where m.reached)
      into ended, crossings;
    if crossings is not null then
      for crossed in select * from json_to_recordset(crossings) as c(id bigint, cost bigint, committed bigint) loop
        perform ofm_budget.raise_alerts(tenant, crossed.id, crossed.cost, crossed.committed);
      end loop;
    end if;
    return coalesce(ended, '{}');
  end $$`,

  // One that is not open any more, or never was. Returns what is wrong with it, or null.
  `create function ofm_budget.finish_other(tenant text, item json) returns text language plpgsql volatile as $$
  declare
    id text := item ->> 'id';
    kind text := item ->> 'kind';
    cost bigint := (item ->> 'cost')::bigint;
    stored json := ofm_budget.read_reservations(tenant, array[item ->> 'id']) -> 0;
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
      delete from ofm_budget.unmatched u where u.tenant_id = tenant and u.reservation_id = id;
      entry.budget := item ->> 'budget'; entry.reference := item ->> 'reference'; entry.expires_at := ofm_budget.now();
      entry.path := array(select json_array_elements_text(item -> 'path')::bigint);
      entry.kind := 'reserve'; entry.marks := '{unreserved}';
      perform ofm_budget.book(entry);
      entry.kind := 'settle'; entry.settled_nanos := cost; entry.cost_nanos := cost;
      perform ofm_budget.book(entry);
      return null;
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
    entry.path := array(select json_array_elements_text(stored -> 'path')::bigint);
    entry.expires_at := ofm_budget.at((stored ->> 'expiresAt')::double precision);
    -- What was booked when it expired is taken back.
    entry.settled_nanos := cost - coalesce((stored ->> 'settledNanos')::bigint, 0);
    perform ofm_budget.book(entry);
    return null;
  end $$`,

  `create function ofm_budget.finish(tenant text, ids text[], more bigint[], given json) returns json language plpgsql volatile as $$
  declare
    before text := ofm_budget.enter(tenant);
    period_ids bigint[];
    ended text[];
    item json;
    reason text;
    refused json[] := '{}';
    answer json;
  begin
    period_ids := ofm_budget.lock_paths(tenant, ids, more);
    ended := ofm_budget.finish_open(tenant, given, ofm_budget.now());
    if cardinality(ended) < cardinality(ids) then
      for item in select i from json_array_elements(given) i where not (i ->> 'id') = any(ended) loop
        reason := ofm_budget.finish_other(tenant, item);
        if reason is not null then refused := refused || json_build_object('id', item ->> 'id', 'status', reason); end if;
      end loop;
    end if;
    answer := json_build_object('refused', array_to_json(refused), 'stored', ofm_budget.read_finished(tenant, ids),
      'periods', ofm_budget.read_periods(tenant, period_ids));
    perform ofm_budget.enter(before);
    return answer;
  end $$`,

  // The answers of a batch: from the entry that ended each, or, for the rest, from all of its entries.
  `create function ofm_budget.read_finished(tenant text, ids text[]) returns json language plpgsql stable as $$
  declare
    answer json;
    found bigint;
  begin
    select count(*), coalesce(json_agg(json_build_array(s.key, s.budget, s.currency, s.path, (-s.reserved_nanos)::text, s.cost_nanos::text, s.marks,
        ofm_budget.ms(s.expires_at))), '[]') into found, answer
      from ofm_budget.entry s where s.tenant_id = tenant and s.kind = 'settle' and s.key = any(ids) and s.marks <@ '{over}';
    return json_build_object('settled', answer, 'other', case when found < cardinality(ids) then ofm_budget.read_reservations(tenant, array(
      select u.id from unnest(ids) u (id) where not exists (select from ofm_budget.entry s
        where s.tenant_id = tenant and s.kind = 'settle' and s.key = u.id and s.marks <@ '{over}'))) end);
  end $$`,
]
