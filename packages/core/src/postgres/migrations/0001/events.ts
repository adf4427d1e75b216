import { secureTable } from './row-security.ts'

/** Why things wait, what happened, and who has been told. */
export const eventTables: readonly string[] = [
  `create table ofm.hold (
    agency_id text not null,
    scope text not null check (scope in ('everything', 'platform', 'agency', 'creator', 'account', 'app', 'egress')),
    key text not null,
    reason text not null,
    creator_id text,
    message text not null,
    by text not null,
    since timestamptz not null default ofm.now(),
    until timestamptz,
    primary key (agency_id, scope, key, reason)
  )`,
  `comment on table ofm.hold is 'Switches (reason paused) and holds that reach beyond one publication. agency_id ''*'': the installation.'`,
  ...secureTable('hold', { creator: 'some' }),
  `create policy installation on ofm.hold for select using (agency_id = '*')`,

  `create table ofm.history (
    agency_id text not null,
    event_id text not null,
    position bigint not null generated always as identity,
    creator_id text not null,
    publication_id text,
    account_id text,
    at timestamptz not null,
    type text not null,
    by text not null,
    part_index integer,
    reason jsonb,
    details jsonb not null default '{}',
    primary key (agency_id, event_id)
  )`,
  `create index history_of_publication on ofm.history (agency_id, publication_id, position)`,
  ...secureTable('history', { creator: 'each', append: 'only' }),

  `create table ofm.event (
    agency_id text not null,
    event_id text not null,
    position bigint not null generated always as identity,
    creator_id text not null,
    publication_id text,
    account_id text,
    at timestamptz not null,
    type text not null,
    by text not null,
    part_index integer,
    reason jsonb,
    details jsonb not null default '{}',
    primary key (agency_id, event_id)
  )`,
  ...secureTable('event', { creator: 'each', engine: 'sees' }),

  `create table ofm.consumer (
    agency_id text not null references ofm.agency,
    name text not null,
    pattern text not null,
    created_at timestamptz not null default ofm.now(),
    primary key (agency_id, name, pattern)
  )`,
  ...secureTable('consumer', { creator: 'none' }),

  `create table ofm.event_delivery (
    agency_id text not null,
    event_id text not null,
    consumer text not null,
    pattern text not null,
    delivery_id bigint not null generated always as identity,
    creator_id text not null,
    position bigint not null,
    run_at timestamptz not null,
    failures integer not null default 0,
    lease_until timestamptz,
    parked_at timestamptz,
    error text,
    primary key (agency_id, event_id, consumer, pattern),
    unique (agency_id, delivery_id),
    foreign key (agency_id, event_id) references ofm.event on delete cascade,
    foreign key (agency_id, consumer, pattern) references ofm.consumer on delete cascade
  )`,
  `create index event_delivery_open on ofm.event_delivery (agency_id, consumer, pattern, position) where parked_at is null`,
  `comment on column ofm.event.position is 'Orders the deliveries of one consumer; never a cursor, because a lower one may be committed later.'`,
  ...secureTable('event_delivery', { creator: 'each', engine: 'sees' }),
]
