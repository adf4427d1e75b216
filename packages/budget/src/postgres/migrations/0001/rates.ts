import { byIndex } from './by-index.ts'
import { secure } from './tables.ts'

const toJson = `json_build_object('from', r.from_currency, 'to', r.to_currency, 'day', to_char(r.day, 'YYYY-MM-DD'), 'numerator', r.numerator::text,
  'denominator', r.denominator::text, 'source', r.source, 'actor', r.actor, 'addedAt', ofm_budget.ms(r.added_at))`

/** Rates between currencies: one a day and pair, added and read, never changed. */
export const rates: readonly string[] = [
  `create table ofm_budget.rate (
    tenant_id text collate "C" not null,
    from_currency text collate "C" not null,
    to_currency text collate "C" not null,
    day date not null,
    numerator bigint not null check (numerator > 0),
    denominator bigint not null check (denominator > 0),
    source text not null,
    actor text,
    added_at timestamptz not null,
    primary key (tenant_id, from_currency, to_currency, day)
  )`,
  `comment on table ofm_budget.rate is 'So much of to_currency is one unit of from_currency, as published on that day.'`,
  ...secure('rate', 'only'),

  // The stored one, whether it was there before or not.
  `create function ofm_budget.add_rate(tenant text, given json) returns json language plpgsql volatile as $$
  declare
    before text := ofm_budget.enter(tenant);
    answer json;
  begin
    insert into ofm_budget.rate (tenant_id, from_currency, to_currency, day, numerator, denominator, source, actor, added_at)
      values (tenant, given ->> 'from', given ->> 'to', (given ->> 'day')::date, (given ->> 'numerator')::bigint, (given ->> 'denominator')::bigint,
        given ->> 'source', given ->> 'actor', ofm_budget.now()) on conflict do nothing;
    select ${toJson} into answer from ofm_budget.rate r where r.tenant_id = tenant and r.from_currency = given ->> 'from'
      and r.to_currency = given ->> 'to' and r.day = (given ->> 'day')::date;
    perform ofm_budget.enter(before);
    return answer;
  end $$`,

  // The newest of both directions that is not too old; of one day, the one that was asked for.
  `create function ofm_budget.find_rate(tenant text, source_currency text, target_currency text, age_max int) returns json
  language plpgsql volatile ${byIndex} as $$
  declare
    before text := ofm_budget.enter(tenant);
    today date := (ofm_budget.now() at time zone 'UTC')::date;
    answer json;
  begin
    select ${toJson} into answer from ofm_budget.rate r where r.tenant_id = tenant and r.day between today - age_max and today
      and ((r.from_currency = source_currency and r.to_currency = target_currency)
        or (r.from_currency = target_currency and r.to_currency = source_currency))
      order by r.day desc, r.from_currency = source_currency desc limit 1;
    perform ofm_budget.enter(before);
    return answer;
  end $$`,

  `create function ofm_budget.list_rates(tenant text, count int) returns json language plpgsql volatile as $$
  declare
    before text := ofm_budget.enter(tenant);
    answer json;
  begin
    select coalesce(json_agg(${toJson} order by r.day desc, r.from_currency, r.to_currency), '[]') into answer
      from (select * from ofm_budget.rate x where x.tenant_id = tenant order by x.day desc, x.from_currency, x.to_currency limit count) r;
    perform ofm_budget.enter(before);
    return answer;
  end $$`,
]
