// Read with the alert, from counters, so that it costs the transaction that crossed nothing.
const contributors = `(select coalesce(json_agg(json_build_object('budget', c.budget, 'amountNanos', c.amount::text)
          order by c.amount desc, c.budget collate "C"), '[]')
        from (select q.budget, sum(q.settled_nanos + case t.of when 'committed' then q.reserved_nanos else 0 end) as amount from ofm_budget.period q
          where q.tenant_id = t.tenant_id and starts_with(q.budget, t.budget || '/') and strpos(substr(q.budget, length(t.budget) + 2), '/') = 0
            and q.starts_at < coalesce(t.ends_at, 'infinity') and coalesce(q.ends_at, 'infinity') > t.starts_at
          group by q.budget having sum(q.settled_nanos + case t.of when 'committed' then q.reserved_nanos else 0 end) > 0
          order by amount desc, q.budget collate "C" limit 3) c)`

const alertJson = `json_build_object('alertId', t.alert_id::text, 'budget', t.budget, 'currency', t.currency, 'at', ofm_budget.ms(t.at),
        'rule', t.rule, 'of', t.of, 'thresholdNanos', t.threshold_nanos::text, 'beforeNanos', t.before_nanos::text, 'afterNanos', t.after_nanos::text,
        'limitNanos', t.limit_nanos::text, 'availableNanos', t.available_nanos::text, 'periodStartsAt', ofm_budget.ms(t.starts_at),
        'periodEndsAt', ofm_budget.ms(t.ends_at), 'contributors', ${contributors}, 'models', t.models)`

/** Thresholds, and the outbox of what crossed them. */
export const alerts: readonly string[] = [
  // Sets on the period what is compared at each update.
  `create function ofm_budget.watch(tenant text, watched bigint) returns void language plpgsql volatile as $$
  begin
    update ofm_budget.period p set
      next_settled_nanos = (select min(t.threshold_nanos) from ofm_budget.threshold t
        where t.tenant_id = tenant and t.period_id = watched and t.of = 'settled' and not t.fired),
      next_committed_nanos = (select min(t.threshold_nanos) from ofm_budget.threshold t
        where t.tenant_id = tenant and t.period_id = watched and t.of = 'committed' and not t.fired),
      rearm_committed_nanos = (select max(t.rearm_nanos) from ofm_budget.threshold t
        where t.tenant_id = tenant and t.period_id = watched and t.of = 'committed' and t.fired)
    where p.tenant_id = tenant and p.period_id = watched;
  end $$`,

  // Thresholds under the period's present limit; one that no sum can reach is none. What is above one already has crossed it before, or crosses it now
  // because the limit was lowered.
  `create function ofm_budget.arm(tenant text, armed bigint, how text) returns void language plpgsql volatile as $$
  declare
    told text[] := array(select t.rule from ofm_budget.threshold t where t.tenant_id = tenant and t.period_id = armed and t.fired);
  begin
    delete from ofm_budget.threshold t where t.tenant_id = tenant and t.period_id = armed;
    insert into ofm_budget.threshold (tenant_id, period_id, rule, of, threshold_nanos, rearm_nanos, fired)
      select tenant, armed, r.of || ' ' || r.name, r.of, a.amount, a.amount - ceil(coalesce(p.limit_nanos, a.amount) * 500::numeric / 10000),
        case r.of when 'settled' then p.settled_nanos else p.settled_nanos + p.reserved_nanos end >= a.amount
      from ofm_budget.period p
        join ofm_budget.budget b on b.tenant_id = p.tenant_id and b.budget = p.budget
        cross join jsonb_to_recordset(b.alerts) as r(of text, name text, share_bp bigint, amount_nanos bigint)
        cross join lateral (select coalesce(r.amount_nanos, ceil(p.limit_nanos * r.share_bp::numeric / 10000)) as amount) a
      where p.tenant_id = tenant and p.period_id = armed and a.amount > 0 and a.amount <= 9223372036854775807
      on conflict do nothing;
    if how = 'lowered' then
      insert into ofm_budget.alert (tenant_id, period_id, budget, currency, at, rule, of, threshold_nanos, before_nanos, after_nanos, limit_nanos,
          available_nanos, starts_at, ends_at)
        select tenant, armed, p.budget, p.currency, ofm_budget.now(), t.rule, t.of, t.threshold_nanos, a.amount, a.amount, p.limit_nanos,
          p.limit_nanos + p.carried_in_nanos - p.reserved_nanos - p.settled_nanos, p.starts_at, p.ends_at
        from ofm_budget.threshold t join ofm_budget.period p on p.tenant_id = tenant and p.period_id = armed
          cross join lateral (select case t.of when 'settled' then p.settled_nanos else p.settled_nanos + p.reserved_nanos end as amount) a
        where t.tenant_id = tenant and t.period_id = armed and t.fired and t.rule <> all(told) order by t.threshold_nanos, t.rule;
    end if;
    perform ofm_budget.watch(tenant, armed);
  end $$`,

  // Called when an update passed what watch() had set. One row for each crossing, in the transaction that crossed.
  `create function ofm_budget.raise_alerts(tenant text, crossed bigint, settled_change bigint, committed_change bigint) returns void
  language plpgsql volatile as $$
  declare
    p ofm_budget.period;
  begin
    select * into p from ofm_budget.period o where o.tenant_id = tenant and o.period_id = crossed;
    update ofm_budget.threshold t set fired = false
      where t.tenant_id = tenant and t.period_id = crossed and t.fired
        and case t.of when 'committed' then p.settled_nanos + p.reserved_nanos < t.rearm_nanos
          -- A rolling window has no next period in which it would be told anew.
          else p.window_ms is not null and p.settled_nanos < t.rearm_nanos end;
    with found as (
      update ofm_budget.threshold t set fired = true
      from (values ('settled', p.settled_nanos - settled_change, p.settled_nanos),
        ('committed', p.settled_nanos + p.reserved_nanos - committed_change, p.settled_nanos + p.reserved_nanos)) v (of, amount_before, amount_after)
      where t.tenant_id = tenant and t.period_id = crossed and t.of = v.of and not t.fired
        and v.amount_before < t.threshold_nanos and t.threshold_nanos <= v.amount_after
      returning t.rule, t.of, t.threshold_nanos, v.amount_before, v.amount_after
    )
    insert into ofm_budget.alert (tenant_id, period_id, budget, currency, at, rule, of, threshold_nanos, before_nanos, after_nanos, limit_nanos,
        available_nanos, starts_at, ends_at)
      select tenant, crossed, p.budget, p.currency, ofm_budget.now(), f.rule, f.of, f.threshold_nanos, f.amount_before, f.amount_after, p.limit_nanos,
        p.limit_nanos + p.carried_in_nanos - p.reserved_nanos - p.settled_nanos, p.starts_at, p.ends_at
      from found f order by f.threshold_nanos;
    perform ofm_budget.watch(tenant, crossed);
  end $$`,

  // Which models took most, by the newest entries that belong to the period: once, when the alert is first read, so that no settlement pays for it.
  `create function ofm_budget.name_models(tenant text, named bigint) returns jsonb language plpgsql volatile set enable_seqscan to off as $$
  begin
    return (select coalesce(jsonb_agg(jsonb_build_object('vendor', m.vendor, 'model', m.model, 'amountNanos', m.amount::text)
        order by m.amount desc, m.vendor, m.model), '[]')
      from (select (e.details #>> '{quote,vendor}') collate "C" as vendor, (e.details #>> '{quote,model}') collate "C" as model,
          sum(e.settled_nanos) as amount
        from (select * from ofm_budget.entry n where n.tenant_id = tenant and n.position > (select b.position from ofm_budget.entry b
            where b.tenant_id = tenant and b.kind = 'period' and b.key = named::text) order by n.position desc limit 20000) e
          join ofm_budget.period p on p.tenant_id = tenant and p.period_id = named
        where e.kind = 'settle' and named = any(e.path) and e.details #>> '{quote,model}' is not null
          and (p.window_ms is null or ofm_budget.falls_at(e.at, p.window_ms) > ofm_budget.now())
        group by 1, 2 having sum(e.settled_nanos) > 0 order by amount desc, vendor, model limit 3) m);
  end $$`,

  `create function ofm_budget.take_alerts(tenant text, take_max int, lease_ms double precision) returns json language plpgsql volatile as $$
  declare
    before text := ofm_budget.enter(tenant);
    moment timestamptz := ofm_budget.now();
    answer json;
  begin
    with taken as (
      update ofm_budget.alert a set lease_until = moment + lease_ms * interval '1 ms',
        models = coalesce(a.models, ofm_budget.name_models(tenant, a.period_id))
      where a.tenant_id = tenant and a.alert_id in (select f.alert_id from ofm_budget.alert f
        where f.tenant_id = tenant and (f.lease_until is null or f.lease_until <= moment)
        order by f.alert_id limit take_max for update skip locked)
      returning a.*
    )
    select coalesce(json_agg(${alertJson} order by t.alert_id), '[]') into answer from taken t;
    perform ofm_budget.enter(before);
    return answer;
  end $$`,

  `create function ofm_budget.list_alerts(tenant text, after_id bigint, list_max int) returns json language plpgsql volatile as $$
  declare
    before text := ofm_budget.enter(tenant);
    answer json;
  begin
    update ofm_budget.alert a set models = ofm_budget.name_models(tenant, a.period_id) where a.tenant_id = tenant and a.models is null and a.alert_id in (
      select f.alert_id from ofm_budget.alert f where f.tenant_id = tenant and (after_id is null or f.alert_id > after_id) order by f.alert_id limit list_max);
    select coalesce(json_agg(${alertJson} order by t.alert_id), '[]') into answer from (select * from ofm_budget.alert a
      where a.tenant_id = tenant and (after_id is null or a.alert_id > after_id) order by a.alert_id limit list_max) t;
    perform ofm_budget.enter(before);
    return answer;
  end $$`,

  `create function ofm_budget.drop_alert(tenant text, dropped bigint) returns json language plpgsql volatile as $$
  declare
    before text := ofm_budget.enter(tenant);
    was_there boolean;
  begin
    delete from ofm_budget.alert a where a.tenant_id = tenant and a.alert_id = dropped;
    was_there := found;
    perform ofm_budget.enter(before);
    return to_json(was_there);
  end $$`,
]
