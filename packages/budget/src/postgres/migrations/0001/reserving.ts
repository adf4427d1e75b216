import { byIndex } from './by-index.ts'

/**
 * Reservations: many in one call, each at all levels of its path or at none. A plan is made when the tables are empty and kept: what is looked up is
 * looked up by index, from the list to the table (`offset 0`), and no large list is joined to another.
 */
export const reserving: readonly string[] = [
  // Whether the sums of a whole batch can be taken.
  `create function ofm_budget.fits(tenant text, period_ids bigint[], sums bigint[], versions int[], moment timestamptz) returns boolean language plpgsql volatile as $$
  begin
    return (select count(*) = cardinality(period_ids) and bool_and(p.state = 'open' and p.starts_at <= moment and (p.ends_at is null or moment < p.ends_at)
        and p.match_version = coalesce(s.version, 0) and (s.amount = 0 or p.limit_nanos is null or p.enforcement = 'soft'
          or p.limit_nanos::numeric + p.carried_in_nanos - p.reserved_nanos - p.settled_nanos >= s.amount))
      from unnest(period_ids, sums, versions) s (id, amount, version)
        cross join lateral (select * from ofm_budget.period o where o.tenant_id = tenant and o.period_id = s.id offset 0) p);
  end $$`,

  // Near a limit: one verdict an item, in the order in which they came. Null is granted; else the reason and the period.
  // how 'each': alone, as the cheapest reason for a refusal; all null where something of a rolling window must be taken off first. how 'together': beside
  // what was granted before it.
  `create function ofm_budget.choose(tenant text, period_ids bigint[], versions int[], given json, moment timestamptz, how text) returns text[]
  language plpgsql volatile as $$
  declare
    known bigint[];
    available bigint[];
    reason text[];
    stored text[];
    verdicts text[] := '{}';
    verdict text;
    item record;
    step bigint;
    place int;
    rolls boolean;
    windows bigint[];
  begin
    select array_agg(p.period_id order by p.period_id),
      array_agg(case when p.limit_nanos is not null and p.enforcement = 'hard'
        then p.limit_nanos + p.carried_in_nanos - p.reserved_nanos - p.settled_nanos end order by p.period_id),
      array_agg(case when p.starts_at > moment or p.ends_at <= moment
          or p.match_version <> coalesce(versions[array_position(period_ids, p.period_id)], 0) then 'stale'
        when p.state <> 'open' then p.state end order by p.period_id), bool_or(p.rolls_at <= moment),
      array_agg(p.window_ms order by p.period_id)
      into known, available, reason, rolls, windows from ofm_budget.period p where p.tenant_id = tenant and p.period_id = any(period_ids);
    if rolls and how = 'each' then return null; end if;
    select coalesce(array_agg(e.key), '{}') into stored from json_to_recordset(given) as i(id text)
      cross join lateral (select x.key from ofm_budget.entry x where x.tenant_id = tenant and x.kind = 'reserve' and x.key = i.id offset 0) e;
    for item in select i.id, i.amount, i.path from json_to_recordset(given) as i(id text, amount bigint, path bigint[]) loop
      verdict := null;
      if item.id = any(stored) then
        verdict := 'stored';
      else
        foreach step in array item.path loop
          place := array_position(known, step);
          if place is null then verdict := 'stale ' || step;
          elsif reason[place] is not null then verdict := reason[place] || ' ' || step;
          end if;
          exit when verdict is not null;
        end loop;
        if verdict is null and item.amount > 0 then
          foreach step in array item.path loop
            place := array_position(known, step);
            if available[place] < item.amount then
              verdict := 'exceeded ' || step || case when windows[place] is null then '' else ' rolling' end;
            end if;
            exit when verdict is not null;
          end loop;
        end if;
      end if;
      if verdict is null and how = 'together' then
        foreach step in array item.path loop
          place := array_position(known, step);
          available[place] := available[place] - item.amount;
        end loop;
        stored := stored || item.id;
      end if;
      verdicts := array_append(verdicts, verdict);
    end loop;
    return verdicts;
  end $$`,

  // versions: of the periods, which budgets watch them as far as the process knows; null: none watches any.
  `create function ofm_budget.reserve(tenant text, period_ids bigint[], sums bigint[], versions int[], given json) returns json language plpgsql volatile ${byIndex} as $$
  declare
    before text := ofm_budget.enter(tenant);
    moment timestamptz := ofm_budget.now();
    verdicts text[];
    fresh text[] := '{}';
    added int := 0;
    old text[];
    due boolean := false;
    asked int := json_array_length(given);
    answer json;
  begin
    -- A lock is a write, so what is refused anyway is refused without one.
    if not ofm_budget.fits(tenant, period_ids, sums, versions, moment) then
      verdicts := ofm_budget.choose(tenant, period_ids, versions, given, moment, 'each');
    end if;
    if verdicts is null or array_position(verdicts, null) is not null then
      perform ofm_budget.lock_periods(tenant, period_ids, moment);
      verdicts := case when ofm_budget.fits(tenant, period_ids, sums, versions, moment) then null
        else ofm_budget.choose(tenant, period_ids, versions, given, moment, 'together') end;
      with item as materialized (
        select i.* from rows from (json_to_recordset(given) as (id text, budget text, currency text, amount bigint, path bigint[], lifetime bigint,
          lost bigint, dispatched boolean, fingerprint text, reference text, details text)) with ordinality as i (id, budget, currency, amount, path,
          lifetime, lost, dispatched, fingerprint, reference, details, place)
        where verdicts is null or verdicts[i.place] is null
      ), noted as (
        insert into ofm_budget.entry (tenant_id, kind, key, budget, currency, path, reservation_id, reserved_nanos, at, expires_at, reference,
            fingerprint, details)
          select tenant, 'reserve', i.id, i.budget, i.currency, i.path, i.id, i.amount, moment, moment + i.lifetime * interval '1 ms', i.reference,
            i.fingerprint, i.details::jsonb
          from item i order by i.id collate "C", i.place
          on conflict do nothing returning key
      ), opened as (
        insert into ofm_budget.open_reservation (tenant_id, reservation_id, budget, currency, path, amount_nanos, if_lost_nanos, dispatched,
            lifetime_ms, expires_at, reference)
          select tenant, i.id, i.budget, i.currency, i.path, i.amount, i.lost, i.dispatched, i.lifetime, moment + i.lifetime * interval '1 ms', i.reference
          from item i where (select count(*) from noted) = asked or i.id = any(array(select n.key from noted n))
      )
      select count(*), coalesce(array_agg(n.key), '{}') into added, fresh from noted n;
      if added = asked then
        perform ofm_budget.take(tenant, period_ids, sums);
      elsif added > 0 then
        perform ofm_budget.take(tenant, array_agg(t.step), array_agg(t.amount)) from (
          select step, sum(o.amount_nanos)::bigint as amount from unnest(fresh) i (id)
            cross join lateral (select * from ofm_budget.open_reservation r where r.tenant_id = tenant and r.reservation_id = i.id offset 0) o
            cross join unnest(o.path) step group by step) t;
      end if;
    end if;
    if added < asked then
      select array_agg(i.id) into old from json_to_recordset(given) as i(id text) where not i.id = any(fresh);
      due := exists (select from ofm_budget.open_reservation o where o.tenant_id = tenant and o.expires_at > '-infinity' and o.expires_at <= moment);
    end if;
    answer := json_build_object('now', ofm_budget.ms(moment), 'verdicts', verdicts, 'fresh', case when old is not null then fresh end,
      'stored', case when old is not null then ofm_budget.read_reservations(tenant, old) end, 'due', due,
      'periods', ofm_budget.read_periods(tenant, period_ids), 'falls',
      case when array_to_string(verdicts, ',') like '%rolling%' then ofm_budget.read_falls(tenant, period_ids) end);
    perform ofm_budget.enter(before);
    return answer;
  end $$`,

  // Adds what was reserved to all levels.
  `create function ofm_budget.take(tenant text, period_ids bigint[], sums bigint[]) returns void language plpgsql volatile as $$
  declare
    crossed record;
  begin
    for crossed in
      update ofm_budget.period p set reserved_nanos = p.reserved_nanos + sums[array_position(period_ids, p.period_id)]
        where p.tenant_id = tenant and p.period_id = any(period_ids)
        returning p.period_id, p.reserved_nanos + p.settled_nanos >= p.next_committed_nanos as reached
    loop
      if crossed.reached then
        perform ofm_budget.raise_alerts(tenant, crossed.period_id, 0, sums[array_position(period_ids, crossed.period_id)]);
      end if;
    end loop;
  end $$`,
]
