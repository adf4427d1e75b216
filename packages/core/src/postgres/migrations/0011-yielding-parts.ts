import type { Migration } from './migration.ts'

/**
 * A part that yields keeps its likeness, and so do its later attempts: what a listing shows may be theirs. 0002's `ofm.read_post` does not tell of it;
 * nothing decides on what that function reads.
 */
export const yieldingParts: Migration = {
  name: '0011-yielding-parts',
  statements: [
    'alter table ofm.part add column yields boolean not null default false',
    `comment on column ofm.part.yields is 'Became unknown although a look-alike had gone out since: both are out at once.'`,
    'drop index ofm.part_likeness',
    `create unique index part_likeness on ofm.part (agency_id, account_id, likeness)
      where state in ('publishing', 'unknown') and likeness is not null and not yields`,
  ],
}
