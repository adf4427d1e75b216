/** C1 to C6: what must hold in every committed state. */
export const checks: readonly string[] = [
  `create function ofm_budget.check_ledger(tenant text) returns json language plpgsql volatile as $$
  declare
    before text := ofm_budget.enter(tenant);
    answer json;
  begin
    with held as (
      select step, sum(o.amount_nanos) as amount from ofm_budget.open_reservation o, unnest(o.path) step where o.tenant_id = tenant group by step
    ), moved as (
      select step, e.position, e.kind, e.budget, e.reserved_nanos, e.details,
        sum(e.reserved_nanos) over so_far as reserved, sum(e.settled_nanos) over so_far as settled,
        count(*) filter (where e.kind in ('period', 'limit')) over so_far as rule,
        row_number() over (partition by step order by e.position desc) as from_end
      from ofm_budget.entry e, unnest(e.path) step where e.tenant_id = tenant
      window so_far as (partition by step order by e.position)
    ), ruled as (
      select m.*, (r.details ->> 'limitNanos')::numeric as limit_nanos, r.details ->> 'enforcement' as enforcement
      from moved m left join moved r on r.step = m.step and r.rule = m.rule and r.kind in ('period', 'limit')
      where (m.kind in ('reserve', 'extend') and m.reserved_nanos > 0) or m.reserved < 0
    ), finding as (
      select 'C1' as rule, p.budget || ' ' || to_char(p.starts_at at time zone 'UTC', 'YYYY-MM-DD') as place,
        format('reserved is %s; open reservations hold %s.', p.reserved_nanos, coalesce(h.amount, 0)) as message
      from ofm_budget.period p left join held h on h.step = p.period_id
      where p.tenant_id = tenant and p.reserved_nanos <> coalesce(h.amount, 0)
      union all
      select 'C2', p.budget, format('entry %s took %s and left %s of %s.', r.position, r.reserved_nanos, r.reserved + r.settled, r.limit_nanos)
      from ruled r join ofm_budget.period p on p.tenant_id = tenant and p.period_id = r.step
      where r.kind in ('reserve', 'extend') and r.enforcement = 'hard' and r.reserved + r.settled > r.limit_nanos + p.carried_in_nanos
      union all
      select 'C3', r.step::text, format('reserved fell to %s at entry %s.', r.reserved, r.position) from ruled r where r.reserved < 0
      union all
      select 'C4', p.budget || ' ' || to_char(p.starts_at at time zone 'UTC', 'YYYY-MM-DD'),
        format('replayed %s and %s; the row says %s and %s.', coalesce(m.reserved, 0), coalesce(m.settled, 0), p.reserved_nanos, p.settled_nanos)
      from ofm_budget.period p left join moved m on m.step = p.period_id and m.from_end = 1
      where p.tenant_id = tenant and (p.reserved_nanos <> coalesce(m.reserved, 0) or p.settled_nanos <> coalesce(m.settled, 0))
      union all
      select 'C4', p.budget, format('the slices of its window hold %s; the row says %s.', coalesce(s.amount, 0), p.settled_nanos)
      from ofm_budget.period p left join (select x.period_id, sum(x.settled_nanos) as amount from ofm_budget.slice x where x.tenant_id = tenant
        group by x.period_id) s on s.period_id = p.period_id
      where p.tenant_id = tenant and p.window_ms is not null and p.settled_nanos <> coalesce(s.amount, 0)
      union all
      -- A change of a budget itself, such as its limit, is an entry of one level. One that watches a level comes right after it.
      select 'C5', e.budget, format('entry %s moved %s; its path is %s.', e.position, l.levels, e.budget)
      from ofm_budget.entry e cross join lateral (
        select coalesce(string_agg(coalesce(p.budget, s.step::text), ' ' order by s.place), 'nothing') as levels,
          coalesce(array_agg(p.budget order by s.place) filter (where p.match is null or p.budget = e.budget or starts_with(e.budget, p.budget || '/')), '{}')
            as moved,
          coalesce(bool_or(p.match is not null and regexp_replace(p.budget, '/[^/]*$', '') <> e.budget
            and not starts_with(e.budget, regexp_replace(p.budget, '/[^/]*$', '') || '/')), false) as elsewhere,
          count(*) <> count(distinct s.step) as twice
        from unnest(e.path) with ordinality s (step, place) left join ofm_budget.period p on p.tenant_id = tenant and p.period_id = s.step) l
      where e.tenant_id = tenant and (l.elsewhere or l.twice or l.moved is distinct from case
        when e.kind in ('period', 'limit', 'state', 'roll') then array[e.budget]
        else array(select array_to_string((string_to_array(e.budget, '/'))[:n], '/')
          from generate_series(1, cardinality(string_to_array(e.budget, '/'))) n order by n) end)
      union all
      -- In units of 10^-40, each rounded down: denominators are far smaller, so that rounding up finds the same whole number.
      select 'C6', e.key, format('settled %s; the lines cost %s units of 10^-40.', e.cost_nanos, l.exact)
      from ofm_budget.entry e cross join lateral (
        select sum(div((i ->> 'quantity')::numeric * (i ->> 'priceNanos')::numeric * coalesce((i #>> '{factor,numerator}')::numeric, 1)
            * coalesce((e.details #>> '{conversion,rate,numerator}')::numeric, 1) * 1e40,
          (i ->> 'per')::numeric * coalesce((i #>> '{factor,denominator}')::numeric, 1)
            * coalesce((e.details #>> '{conversion,rate,denominator}')::numeric, 1))) as exact
        from jsonb_array_elements(coalesce(e.details #> '{quote,lines}',
          jsonb_build_array(jsonb_build_object('quantity', e.details #> '{conversion,amountNanos}', 'priceNanos', 1, 'per', 1)))) i) l
      where e.tenant_id = tenant and e.kind = 'settle' and (e.details #> '{quote,lines}' is not null or e.details #> '{conversion}' is not null)
        and e.cost_nanos <> div(coalesce(l.exact, 0) + 1e40 - 1, 1e40)
    )
    select json_build_object(
      'findings', (select coalesce(json_agg(json_build_object('rule', f.rule, 'where', f.place, 'message', f.message) order by f.rule), '[]') from finding f),
      'periods', (select count(*) from ofm_budget.period p where p.tenant_id = tenant),
      'entries', (select count(*) from ofm_budget.entry e where e.tenant_id = tenant),
      'openReservations', (select count(*) from ofm_budget.open_reservation o where o.tenant_id = tenant),
      'unmatched', (select count(*) from ofm_budget.unmatched u where u.tenant_id = tenant)) into answer;
    perform ofm_budget.enter(before);
    return answer;
  end $$`,
]
