import { byIndex } from './by-index.ts'

/** What is read of periods, reservations and entries. Amounts travel as text: JSON has no whole numbers of this size. */
export const reading: readonly string[] = [
  `create function ofm_budget.read_periods(tenant text, wanted bigint[]) returns json language plpgsql stable as $$
  begin
    return (select coalesce(json_agg(json_build_array(p.period_id::text, p.budget, p.currency, p.state, p.enforcement, p.limit_nanos::text,
        p.carried_in_nanos::text, p.reserved_nanos::text,
        (case when p.rolls_at is null then p.settled_nanos else p.settled_nanos - ofm_budget.fallen(tenant, p.period_id) end)::text,
        ofm_budget.ms(p.starts_at), ofm_budget.ms(p.ends_at), p.time_zone,
        case when p.match is not null or p.match_version > 0 or p.window_ms is not null or p.while_away = 'open' or not p.renews then
          json_build_object('match', p.match, 'matchVersion', p.match_version, 'windowMs', p.window_ms, 'whileAway', p.while_away, 'renews', p.renews)
          end)), '[]')
      from ofm_budget.period p where p.tenant_id = tenant and p.period_id = any(wanted));
  end $$`,

  // The period that holds a moment, or else the present one. All that belongs to a period comes after the entry which began it.
  `create function ofm_budget.read_period(tenant text, name text, moment double precision, present bigint) returns json
  language plpgsql volatile ${byIndex} as $$
  declare
    before text := ofm_budget.enter(tenant);
    wanted bigint := present;
    answer json;
  begin
    if moment is not null then
      select p.period_id into wanted from ofm_budget.period p where p.tenant_id = tenant and p.budget = name and p.is_in_order
        and p.starts_at <= ofm_budget.at(moment) and (p.ends_at is null or p.ends_at > ofm_budget.at(moment)) order by p.starts_at desc limit 1;
    end if;
    select json_build_object('periods', ofm_budget.read_periods(tenant, array[wanted]), 'provisional',
        exists (select from ofm_budget.open_reservation o where o.tenant_id = tenant and o.expires_at > '-infinity' and wanted = any(o.path))
        or exists (select from ofm_budget.entry e where e.tenant_id = tenant and e.kind = 'expire' and e.settled_nanos > 0 and wanted = any(e.path)
          and e.position > (select b.position from ofm_budget.entry b where b.tenant_id = tenant and b.kind = 'period' and b.key = wanted::text)
          and not exists (select from ofm_budget.entry f where f.tenant_id = tenant and f.kind in ('settle', 'release') and f.key = e.key)))
      into answer;
    perform ofm_budget.enter(before);
    return answer;
  end $$`,

  `create function ofm_budget.read_reservations(tenant text, ids text[]) returns json language plpgsql stable as $$
  begin
    return (select coalesce(json_agg(json_build_object('id', r.key, 'budget', r.budget, 'currency', r.currency, 'path', r.path,
        'amountNanos', coalesce(o.amount_nanos, -(coalesce(s.reserved_nanos, 0) + coalesce(l.reserved_nanos, 0) + coalesce(e.reserved_nanos, 0)))::text,
        'state', case when s.key is not null then 'settled' when l.key is not null then 'released' when e.key is not null then 'expired' else 'open' end,
        'settledNanos', (case when s.key is not null then s.cost_nanos when l.key is null then nullif(e.settled_nanos, 0) end)::text,
        'marks', case when s.key is not null then s.marks when l.key is null and e.key is not null then e.marks else '{}' end,
        'expiresAt', ofm_budget.ms(coalesce(o.expires_at, s.expires_at, l.expires_at, e.expires_at, r.expires_at)),
        'reference', r.reference, 'fingerprint', r.fingerprint, 'settleFingerprint', s.fingerprint, 'unreserved', r.marks <> '{}')), '[]')
      from unnest(ids) i (id)
        cross join lateral (select * from ofm_budget.entry x where x.tenant_id = tenant and x.kind = 'reserve' and x.key = i.id offset 0) r
        left join lateral (select * from ofm_budget.open_reservation x where x.tenant_id = tenant and x.reservation_id = r.key offset 0) o on true
        left join lateral (select * from ofm_budget.entry x where x.tenant_id = tenant and x.kind = 'settle' and x.key = r.key offset 0) s on true
        left join lateral (select * from ofm_budget.entry x where x.tenant_id = tenant and x.kind = 'release' and x.key = r.key offset 0) l on true
        left join lateral (select * from ofm_budget.entry x where x.tenant_id = tenant and x.kind = 'expire' and x.key = r.key offset 0) e on true);
  end $$`,

  `create function ofm_budget.read_stored(tenant text, ids text[]) returns json language plpgsql volatile ${byIndex} as $$
  declare
    before text := ofm_budget.enter(tenant);
    stored json := ofm_budget.read_reservations(tenant, ids);
    path bigint[];
    answer json;
  begin
    path := array(select distinct p::text::bigint from json_array_elements(stored) r, json_array_elements(r -> 'path') p);
    answer := json_build_object('stored', stored, 'periods', ofm_budget.read_periods(tenant, path), 'falls', ofm_budget.read_falls(tenant, path));
    perform ofm_budget.enter(before);
    return answer;
  end $$`,

  `create function ofm_budget.list_entries(tenant text, of_budget text, of_reservation text, before_position bigint, list_max int) returns json
  language plpgsql volatile set enable_seqscan to off as $$
  declare
    before text := ofm_budget.enter(tenant);
    answer json;
  begin
    with found as (
      select * from ofm_budget.entry e where e.tenant_id = tenant and e.position > 0
        and (before_position is null or e.position < before_position)
        and (of_budget is null or e.budget = of_budget or starts_with(e.budget, of_budget || '/'))
        and (of_reservation is null or (e.kind in ('reserve', 'dispatch', 'settle', 'release', 'expire') and e.key = of_reservation)
          or (e.kind in ('extend', 'adjust') and e.reservation_id = of_reservation))
      order by e.position desc limit list_max
    )
    select coalesce(json_agg(json_build_object('position', f.position::text, 'kind', f.kind, 'budget', f.budget, 'currency', f.currency,
        'reservedNanos', f.reserved_nanos::text, 'settledNanos', f.settled_nanos::text, 'reservation', f.reservation_id, 'marks', f.marks,
        'at', ofm_budget.ms(f.at), 'actor', f.actor, 'reason', f.reason, 'reference', f.reference, 'details', f.details)
        order by f.position desc), '[]') into answer from found f;
    perform ofm_budget.enter(before);
    return answer;
  end $$`,
]
