import type { Migration } from './migration.ts'

/** What platforms said about limits decides, and attempts are counted for those who say nothing. */
export const rateWindows: Migration = {
  name: '0010-rate-windows',
  statements: [
    'alter table ofm.rate_window add column operations text[]',
    `comment on column ofm.rate_window.operations is 'What is refused when nothing remains; null: every call.'`,

    // Joins the transaction of the result that came with the answer, and waits for nobody: whoever writes the same window at this moment has the newer word,
    // or the next answer has. What is far from used up is written once a minute.
    `create function ofm.keep_rate_windows(agency text, account text, windows jsonb) returns void language plpgsql volatile as $$
    declare
      before text := coalesce(current_setting('ofm.agency_id', true), '');
      speaker record;
      holder text;
    begin
      select a.creator_id, a.platform, coalesce(a.app_key, a.platform) as app_key into speaker
        from ofm.account a where a.agency_id = agency and a.account_id = account;
      if not found then return; end if;
      foreach holder in array array[agency, '*'] loop
        perform set_config('ofm.agency_id', holder, true);
        insert into ofm.rate_window as kept (agency_id, scope, key, name, creator_id, allowed, remaining, reset_at, operations)
        select holder, given.scope, given.key, given.name, case when holder = agency then speaker.creator_id end, given."limit", given.remaining,
          ofm.at(given."resetAt"), given.operations
        from (
          select said.*, case said.scope when 'account' then account when 'app' then speaker.app_key else speaker.platform end as key
          from jsonb_to_recordset(windows)
            as said (name text, scope text, "limit" double precision, remaining double precision, "resetAt" double precision, operations text[])
          where (said.scope = 'account') = (holder = agency)
        ) as given
        where not exists (
            select from ofm.rate_window known
            where known.agency_id = holder and known.scope = given.scope and known.key = given.key and known.name = given.name
              and known.remaining * 2 > known.allowed and given.remaining * 2 > given."limit" and known.seen_at > ofm.now() - interval '1 minute')
          and pg_try_advisory_xact_lock(hashtextextended('ofm.rate_window ' || holder || ' ' || given.scope || ' ' || given.key || ' ' || given.name, 0))
        on conflict (agency_id, scope, key, name) do update
        set allowed = excluded.allowed, reset_at = excluded.reset_at, operations = excluded.operations, seen_at = ofm.now(),
          remaining = case when kept.reset_at = excluded.reset_at then least(kept.remaining, excluded.remaining) else excluded.remaining end;
      end loop;
      perform set_config('ofm.agency_id', before, true);
    end $$`,

    // Limits of an app reach over agencies. Their attempts are visible within the function alone, and nothing but a moment leaves it.
    'alter table ofm.attempt add column app_key text',
    `comment on column ofm.attempt.app_key is 'The platform app that spoke, as far as its limits reach.'`,
    'create index attempt_of_app on ofm.attempt (app_key, started_at)',
    `create policy counted on ofm.attempt for select using ((select current_setting('ofm.counting', true)) = 'on')`,
    `create function ofm.attempt_of_app(app text, since timestamptz, nth integer) returns timestamptz language plpgsql stable as $$
    declare
      moment timestamptz;
    begin
      perform set_config('ofm.counting', 'on', true);
      select a.started_at into moment from ofm.attempt a
        where a.app_key = app and a.started_at > since and (a.verdict is null or a.verdict in ('published', 'delivered'))
        order by a.started_at desc offset nth - 1 limit 1;
      perform set_config('ofm.counting', '', true);
      return moment;
    end $$`,
    `comment on function ofm.attempt_of_app is 'When the nth attempt back from now began that may have made a post through an app; null when there were fewer since.'`,
  ],
}
