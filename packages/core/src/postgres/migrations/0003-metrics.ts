import { secureTable } from './0001/row-security.ts'
import type { Migration } from './migration.ts'

/** What platforms count, and when it is read next. */
export const metricTables: Migration = {
  name: '0003-metrics',
  statements: [
    `create table ofm.metric_due (
      agency_id text not null,
      subject_id text not null,
      creator_id text not null,
      account_id text not null,
      platform text not null,
      publication_id text,
      part_index integer,
      published_at timestamptz,
      measured_ms double precision not null default 0,
      due_at timestamptz not null,
      lease_until timestamptz,
      failures integer not null default 0,
      gone_since timestamptz,
      primary key (agency_id, subject_id),
      foreign key (agency_id, publication_id) references ofm.publication,
      check (num_nulls(publication_id, part_index, published_at) in (0, 3))
    )`,
    `comment on table ofm.metric_due is 'One row for a live part until its series is over, and one for each account that has published.'`,
    `create index metric_due_at on ofm.metric_due (platform, due_at)`,
    `create index metric_due_of_account on ofm.metric_due (agency_id, account_id, due_at)`,
    ...secureTable('metric_due', { creator: 'each', engine: 'sees' }),

    `create table ofm.metric_sample (
      agency_id text not null,
      publication_id text not null,
      part_index integer not null,
      age_ms double precision not null,
      creator_id text not null,
      account_id text not null,
      platform text not null,
      at timestamptz not null,
      counters jsonb not null,
      primary key (agency_id, publication_id, part_index, age_ms),
      foreign key (agency_id, publication_id) references ofm.publication
    )`,
    ...secureTable('metric_sample', { creator: 'each' }),

    `create table ofm.account_sample (
      agency_id text not null,
      account_id text not null,
      at timestamptz not null,
      creator_id text not null,
      platform text not null,
      counters jsonb not null,
      primary key (agency_id, account_id, at),
      foreign key (agency_id, creator_id, account_id) references ofm.account (agency_id, creator_id, account_id)
    )`,
    ...secureTable('account_sample', { creator: 'each' }),
  ],
}
