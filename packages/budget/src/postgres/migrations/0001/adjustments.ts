import { byIndex } from './by-index.ts'

/** More time or money for a reservation, the end of what has expired, and corrections. */
export const adjustments: readonly string[] = [
  `create function ofm_budget.extend(tenant text, given json) returns json language plpgsql volatile ${byIndex} as $$
  declare
    before text := ofm_budget.enter(tenant);
    moment timestamptz := ofm_budget.now();
    id text := given ->> 'id';
    entry_key text := json_build_array(id, given ->> 'key')::text;
    more bigint := (given ->> 'byNanos')::bigint;
    o ofm_budget.open_reservation;
    e ofm_budget.entry;
    status text;
    repeated text;
    locked bigint[];
  begin
    locked := ofm_budget.lock_paths(tenant, array[id], '{}');
    select * into o from ofm_budget.open_reservation r where r.tenant_id = tenant and r.reservation_id = id;
    if more > 0 then
      select x.fingerprint into repeated from ofm_budget.entry x where x.tenant_id = tenant and x.kind = 'extend' and x.key = entry_key;
    end if;
    if repeated is not null then
      status := case when repeated = given ->> 'fingerprint' then 'done' else 'key_conflict' end;
    elsif o.reservation_id is not null and not o.path <@ coalesce(locked, '{}') then
      raise exception 'The reservation % was made while its path was looked up.', id using errcode = 'serialization_failure';
    elsif o.reservation_id is null then
      status := case when exists (select from ofm_budget.entry x where x.tenant_id = tenant and x.kind = 'reserve' and x.key = id)
        then 'ended' else 'unknown_reservation' end;
    elsif more > 0 and o.currency is distinct from given ->> 'currency' then
      status := concat_ws(chr(10), 'currency_mismatch', o.budget, o.currency);
    else
      if more > 0 then
        select case when p.state <> 'open' then p.state else 'exceeded' end || chr(10) || p.period_id into status
          from unnest(o.path) with ordinality u (step, place) join ofm_budget.period p on p.tenant_id = tenant and p.period_id = u.step
          where p.state <> 'open' or (p.limit_nanos is not null and p.enforcement = 'hard'
            and p.limit_nanos + p.carried_in_nanos - p.reserved_nanos - p.settled_nanos < more)
          order by p.state = 'open', u.place limit 1;
      end if;
      if status is null then
        status := 'done';
        update ofm_budget.open_reservation r set amount_nanos = r.amount_nanos + more,
            dispatched = r.dispatched or given ->> 'dispatched' = 'yes',
            expires_at = case when given ->> 'lifetimeMs' = 'keep' then r.expires_at
              else greatest(r.expires_at, moment + coalesce((given ->> 'lifetimeMs')::bigint, r.lifetime_ms) * interval '1 ms') end
          where r.tenant_id = tenant and r.reservation_id = id;
        e.tenant_id := tenant; e.reservation_id := id; e.budget := o.budget; e.currency := o.currency; e.path := o.path; e.reference := o.reference;
        if more > 0 then
          e.kind := 'extend'; e.key := entry_key; e.reserved_nanos := more; e.fingerprint := given ->> 'fingerprint';
          e.details := (given ->> 'details')::jsonb;
          perform ofm_budget.book(e);
        end if;
        if given ->> 'dispatched' = 'yes' and not o.dispatched then
          e.kind := 'dispatch'; e.key := id; e.reserved_nanos := 0; e.fingerprint := null; e.details := null;
          perform ofm_budget.book(e);
        end if;
      end if;
    end if;
    perform ofm_budget.enter(before);
    return to_json(status);
  end $$`,

  `create function ofm_budget.adjust(tenant text, given json, resolved bigint[], versions int[]) returns json language plpgsql volatile ${byIndex} as $$
  declare
    before text := ofm_budget.enter(tenant);
    e ofm_budget.entry;
    r ofm_budget.entry;
    answer json;
  begin
    select * into e from ofm_budget.entry x where x.tenant_id = tenant and x.kind = 'adjust' and x.key = given ->> 'id';
    if e.key is not null then
      answer := json_build_object('status', case when e.fingerprint = given ->> 'fingerprint' then 'done' else 'key_conflict' end, 'position', e.position::text);
    else
      e.path := resolved; e.budget := given ->> 'budget'; e.currency := given ->> 'currency';
      if given ->> 'reservation' is not null then
        select * into r from ofm_budget.entry x where x.tenant_id = tenant and x.kind = 'reserve' and x.key = given ->> 'reservation';
        e.path := r.path; e.budget := r.budget; e.reservation_id := r.key; e.reference := r.reference;
      end if;
      if e.path is null then
        answer := json_build_object('status', 'unknown_reservation');
      elsif r.key is null and not ofm_budget.are_present(tenant, resolved, versions, ofm_budget.now()) then
        answer := json_build_object('status', 'stale');
      elsif r.key is not null and r.currency <> e.currency then
        answer := json_build_object('status', 'currency_mismatch', 'budget', r.budget, 'currency', r.currency);
      else
        perform ofm_budget.lock_periods(tenant, e.path, ofm_budget.now());
        e.tenant_id := tenant; e.kind := 'adjust'; e.key := given ->> 'id'; e.settled_nanos := (given ->> 'byNanos')::bigint;
        e.actor := given ->> 'actor'; e.reason := given ->> 'reason'; e.fingerprint := given ->> 'fingerprint';
        answer := json_build_object('status', 'done', 'position', ofm_budget.book(e)::text);
      end if;
    end if;
    perform ofm_budget.enter(before);
    return answer;
  end $$`,

  // What has expired may belong to a tenant that nobody uses any more.
  `create function ofm_budget.list_due_tenants() returns json language plpgsql volatile as $$
  declare
    before text := coalesce(current_setting('ofm_budget.due', true), '');
    answer json;
  begin
    perform set_config('ofm_budget.due', 'on', true);
    select coalesce(json_agg(distinct o.tenant_id), '[]') into answer from ofm_budget.open_reservation o
      where o.expires_at > '-infinity' and o.expires_at <= ofm_budget.now();
    perform set_config('ofm_budget.due', before, true);
    return answer;
  end $$`,

  // Any process may, at any time: the paths are locked first, and what is still there and due ends.
  `create function ofm_budget.sweep(tenant text, sweep_max int) returns json language plpgsql volatile ${byIndex} as $$
  declare
    before text := ofm_budget.enter(tenant);
    moment timestamptz := ofm_budget.now();
    due text[];
    e ofm_budget.entry;
    gone ofm_budget.open_reservation;
    ended int := 0;
  begin
    select array_agg(d.reservation_id) into due from (select o.reservation_id from ofm_budget.open_reservation o
      where o.tenant_id = tenant and o.expires_at > '-infinity' and o.expires_at <= moment order by o.expires_at, o.reservation_id collate "C" limit sweep_max) d;
    if due is not null then
      perform ofm_budget.lock_paths(tenant, due, '{}');
      for gone in with taken as (delete from ofm_budget.open_reservation o
          where o.tenant_id = tenant and o.reservation_id = any(due) and o.expires_at <= moment returning *)
          select * from taken order by expires_at, reservation_id collate "C" loop
        e := null;
        e.tenant_id := tenant; e.kind := 'expire'; e.key := gone.reservation_id; e.reservation_id := gone.reservation_id; e.budget := gone.budget;
        e.currency := gone.currency; e.path := gone.path; e.reserved_nanos := -gone.amount_nanos; e.expires_at := gone.expires_at;
        e.reference := gone.reference;
        e.settled_nanos := case when gone.dispatched then coalesce(gone.if_lost_nanos, gone.amount_nanos) else 0 end;
        e.marks := case when e.settled_nanos > 0 then '{provisional}'::text[] else '{}' end;
        perform ofm_budget.book(e);
        ended := ended + 1;
      end loop;
    end if;
    perform ofm_budget.enter(before);
    return to_json(ended);
  end $$`,
]
