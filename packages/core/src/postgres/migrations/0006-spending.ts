import { secureTable } from './0001/row-security.ts'
import type { Migration } from './migration.ts'

/** What attempts may cost, and which of them are not settled yet. */
export const spendingTables: Migration = {
  name: '0006-spending',
  statements: [
    `alter table ofm.attempt add column spending jsonb`,
    `comment on column ofm.attempt.spending is 'What it may cost at the prices of its beginning, and where that is reserved.'`,
    `create table ofm.spending_due (
      agency_id text not null,
      attempt_id text not null,
      publication_id text not null,
      part_index integer not null,
      creator_id text not null,
      due_at timestamptz,
      turn integer not null default 0,
      settled_nanos numeric,
      settled_write text,
      settled_before numeric,
      primary key (agency_id, attempt_id),
      foreign key (agency_id, publication_id) references ofm.publication,
      check ((settled_nanos is null) = (settled_write is null))
    )`,
    `comment on table ofm.spending_due is 'One row for an attempt that reserved money, kept by a trigger of ofm.attempt: it exists exactly when S2 has committed.'`,
    `comment on column ofm.spending_due.due_at is 'When its reservation is extended, settled or released next. Null: all is booked.'`,
    `comment on column ofm.spending_due.turn is 'Rises with each look and each verdict; who finishes a look must have seen the last.'`,
    `comment on column ofm.spending_due.settled_nanos is 'What the ledger was or is about to be told, so that a repetition says the same.'`,
    `create index spending_due_at on ofm.spending_due (due_at) where due_at is not null`,
    ...secureTable('spending_due', { creator: 'each', engine: 'sees' }),
    `create function ofm.note_spending() returns trigger language plpgsql as $$
    begin
      insert into ofm.spending_due (agency_id, attempt_id, publication_id, part_index, creator_id, due_at)
        values (new.agency_id, new.attempt_id, new.publication_id, new.part_index, new.creator_id,
          case when new.verdict is null then new.lease_until else ofm.now() end)
      on conflict (agency_id, attempt_id) do update set due_at = excluded.due_at, turn = spending_due.turn + 1;
      return null;
    end $$`,
    `create trigger spending_begins after insert on ofm.attempt
      for each row when (new.spending is not null) execute function ofm.note_spending()`,
    `create trigger spending_ends after update of verdict on ofm.attempt
      for each row when (new.spending is not null and new.verdict is distinct from old.verdict) execute function ofm.note_spending()`,
  ],
}
