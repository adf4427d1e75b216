/**
 * Rolling windows. What was settled in a slice of the window is taken off again, as an entry, when all of the slice is older than the window: by whoever
 * locks the period next. So the sums of a period mean the same for every kind, and no limit is checked in another way.
 */
export const rolling: readonly string[] = [
  // A 240th of the window, but not less than a minute. The slice that is partly too old counts in full.
  `create function ofm_budget.falls_at(moment timestamptz, window_ms bigint) returns timestamptz language sql stable parallel safe
  as $$ select ofm_budget.at(((floor(extract(epoch from moment) * 1000 / greatest(60000, window_ms / 240)) + 1) * greatest(60000, window_ms / 240)
    + window_ms)::double precision) $$`,

  // What is too old and not taken off yet.
  `create function ofm_budget.fallen(tenant text, rolled bigint) returns bigint language plpgsql stable as $$
  begin
    return (select coalesce(sum(s.settled_nanos), 0)::bigint from ofm_budget.slice s
      where s.tenant_id = tenant and s.period_id = rolled and s.falls_at <= ofm_budget.now());
  end $$`,

  // When what of the rolling periods falls out; all that was settled by now has fallen at emptyAt.
  `create function ofm_budget.read_falls(tenant text, wanted bigint[]) returns json language plpgsql stable as $$
  begin
    return (select json_agg(json_build_array(p.period_id::text, ofm_budget.ms(ofm_budget.falls_at(ofm_budget.now(), p.window_ms)),
        (select coalesce(json_agg(json_build_array(ofm_budget.ms(s.falls_at), s.settled_nanos::text) order by s.falls_at), '[]')
          from ofm_budget.slice s where s.tenant_id = tenant and s.period_id = p.period_id and s.falls_at > ofm_budget.now())))
      from ofm_budget.period p where p.tenant_id = tenant and p.period_id = any(wanted) and p.window_ms is not null);
  end $$`,

  // Locks in one order, and brings rolling windows up to the moment.
  `create function ofm_budget.lock_periods(tenant text, period_ids bigint[], moment timestamptz) returns void language plpgsql volatile as $$
  begin
    if (select bool_or(l.rolls_at <= moment) from (select p.rolls_at from ofm_budget.period p
        where p.tenant_id = tenant and p.period_id = any(period_ids) order by p.period_id for no key update) l) then
      perform ofm_budget.roll(tenant, period_ids, moment);
    end if;
  end $$`,

  // Slice by slice, so that it does not matter when it is done.
  `create function ofm_budget.roll(tenant text, period_ids bigint[], moment timestamptz) returns void language plpgsql volatile as $$
  declare
    due record;
    e ofm_budget.entry;
  begin
    for due in select p.period_id, p.budget, p.currency, s.falls_at, s.settled_nanos
        from ofm_budget.period p join ofm_budget.slice s on s.tenant_id = tenant and s.period_id = p.period_id and s.falls_at <= moment
        where p.tenant_id = tenant and p.period_id = any(period_ids) and p.rolls_at <= moment order by p.period_id, s.falls_at loop
      delete from ofm_budget.slice s where s.tenant_id = tenant and s.period_id = due.period_id and s.falls_at = due.falls_at;
      if due.settled_nanos <> 0 then
        e := null;
        e.tenant_id := tenant; e.kind := 'roll'; e.key := gen_random_uuid()::text; e.budget := due.budget; e.currency := due.currency;
        e.path := array[due.period_id]; e.settled_nanos := -due.settled_nanos;
        perform ofm_budget.book(e);
      end if;
    end loop;
    update ofm_budget.period p set rolls_at = (select min(s.falls_at) from ofm_budget.slice s where s.tenant_id = tenant and s.period_id = p.period_id)
      where p.tenant_id = tenant and p.period_id = any(period_ids) and p.rolls_at <= moment;
  end $$`,

  // Counts in the slice of a moment.
  `create function ofm_budget.count_spent(tenant text, counted bigint, window_ms bigint, amount bigint, moment timestamptz) returns void
  language plpgsql volatile as $$
  declare
    falls timestamptz := ofm_budget.falls_at(moment, window_ms);
  begin
    insert into ofm_budget.slice as s (tenant_id, period_id, falls_at, settled_nanos) values (tenant, counted, falls, amount)
      on conflict (period_id, falls_at, tenant_id) do update set settled_nanos = s.settled_nanos + excluded.settled_nanos;
    update ofm_budget.period p set rolls_at = falls where p.tenant_id = tenant and p.period_id = counted and (p.rolls_at is null or p.rolls_at > falls);
  end $$`,

  // When an amount counts: now; what is taken back of a reservation, when it was booked. Null: it has fallen out since.
  `create function ofm_budget.counts_at(given ofm_budget.entry, window_ms bigint) returns timestamptz language plpgsql stable as $$
  declare
    moment timestamptz := ofm_budget.now();
    booked timestamptz;
  begin
    if coalesce(given.settled_nanos, 0) >= 0 or given.reservation_id is null then return moment; end if;
    select min(x.at) into booked from ofm_budget.entry x
      where x.tenant_id = given.tenant_id and x.kind in ('settle', 'expire') and x.key = given.reservation_id;
    if booked is null then return moment; end if;
    return case when ofm_budget.falls_at(booked, window_ms) > moment then booked end;
  end $$`,
]
