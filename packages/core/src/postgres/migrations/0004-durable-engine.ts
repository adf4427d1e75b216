import { secureTable } from './0001/row-security.ts'
import type { Migration } from './migration.ts'

/** What a durable engine (Temporal) has been told, and which permissions are renewed ahead of their end. */
export const durableEngine: Migration = {
  name: '0004-durable-engine',
  statements: [
    `alter table ofm.work
      add column run integer not null default 1,
      add column told_at timestamptz,
      add column told_on timestamptz,
      add column telling_until timestamptz`,
    `comment on column ofm.work.told_at is 'The run_at that a durable engine knows of. Differs from run_at: it has to be told.'`,
    `comment on column ofm.work.told_on is 'When it was told.'`,
    `comment on column ofm.work.telling_until is 'Somebody is telling it; others leave the row alone until then.'`,
    `create index work_untold on ofm.work (run_at) where run_at is not null and run_at is distinct from told_at`,

    `create table ofm.connection_due (
      agency_id text not null,
      account_id text not null,
      creator_id text not null,
      due_at timestamptz not null,
      primary key (agency_id, account_id),
      foreign key (agency_id, account_id) references ofm.connection on delete cascade
    )`,
    `comment on table ofm.connection_due is 'When a permission is renewed although nothing is published: kept by a trigger of ofm.connection.'`,
    `create index connection_due_at on ofm.connection_due (due_at)`,
    ...secureTable('connection_due', { creator: 'each', engine: 'sees' }),
    // A token that lives for a day or longer is renewed at 80 % of its life, before it dies unused. A shorter one is made fresh when it is needed; once a day
    // is enough to notice a permission that was withdrawn before a post needs it.
    `create function ofm.renewal_due(obtained_at timestamptz, expires_at timestamptz) returns timestamptz language sql immutable parallel safe
    as $$
      select case when expires_at - obtained_at >= interval '1 day' then obtained_at + 0.8 * (expires_at - obtained_at)
        else obtained_at + interval '1 day' end
    $$`,
    `create function ofm.note_renewal() returns trigger language plpgsql as $$
    begin
      if new.state = 'active' and new.access_box is not null and new.expires_at is not null then
        insert into ofm.connection_due (agency_id, account_id, creator_id, due_at)
          values (new.agency_id, new.account_id, new.creator_id, ofm.renewal_due(new.obtained_at, new.expires_at))
        on conflict (agency_id, account_id) do update set creator_id = excluded.creator_id, due_at = excluded.due_at;
      else
        delete from ofm.connection_due d where d.agency_id = new.agency_id and d.account_id = new.account_id;
      end if;
      return null;
    end $$`,
    `create trigger renewal after insert or update of state, access_box, expires_at, obtained_at on ofm.connection
      for each row execute function ofm.note_renewal()`,
  ],
}
