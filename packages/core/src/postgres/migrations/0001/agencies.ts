import { secureTable } from './row-security.ts'

/** Agencies, creators, accounts, connections and what seals them. */
export const agencyTables: readonly string[] = [
  `create table ofm.agency (
    agency_id text primary key check (agency_id <> '*'),
    external_id text,
    approval text not null default 'none' check (approval in ('none', 'required')),
    created_at timestamptz not null default ofm.now()
  )`,
  ...secureTable('agency', { creator: 'none' }),

  `create table ofm.creator (
    agency_id text not null references ofm.agency,
    creator_id text not null,
    external_id text,
    name text,
    created_at timestamptz not null default ofm.now(),
    erased_at timestamptz,
    primary key (agency_id, creator_id),
    unique (agency_id, external_id)
  )`,
  ...secureTable('creator', { creator: 'each' }),

  `create table ofm.account (
    agency_id text not null,
    account_id text not null,
    creator_id text not null,
    platform text not null,
    external_id text not null,
    username text,
    url text,
    app_key text,
    after_unknown text not null default 'ask' check (after_unknown in ('ask', 'repeat_once')),
    spacing_ms integer not null default 120000 check (spacing_ms >= 0),
    created_at timestamptz not null default ofm.now(),
    primary key (agency_id, account_id),
    unique (agency_id, creator_id, account_id),
    unique (agency_id, platform, external_id),
    foreign key (agency_id, creator_id) references ofm.creator
  )`,
  `comment on column ofm.account.app_key is 'The platform app that speaks, as far as its limits reach; null: the platform''s only one.'`,
  ...secureTable('account', { creator: 'each' }),

  `create table ofm.connection (
    agency_id text not null,
    account_id text not null,
    creator_id text not null,
    state text not null default 'active' check (state in ('active', 'reconnect', 'disconnected')),
    reason text,
    scopes text[] not null default '{}',
    missing_scopes text[] not null default '{}',
    key_id text,
    access_box bytea,
    refresh_box bytea,
    expires_at timestamptz,
    obtained_at timestamptz not null default ofm.now(),
    version integer not null default 1,
    fence bigint not null default 0,
    lease_until timestamptz,
    refresh_intent integer,
    retry_at timestamptz,
    primary key (agency_id, account_id),
    check ((key_id is null) = (access_box is null)),
    foreign key (agency_id, creator_id, account_id) references ofm.account (agency_id, creator_id, account_id)
  )`,
  `comment on column ofm.connection.refresh_intent is 'The version whose refresh began and has not been stored.'`,
  ...secureTable('connection', { creator: 'each' }),

  `create table ofm.data_key (
    agency_id text not null,
    key_id text not null,
    creator_id text not null,
    number integer not null default 1,
    wrapped_by text not null,
    wrapped bytea not null,
    created_at timestamptz not null default ofm.now(),
    destroyed_at timestamptz,
    primary key (agency_id, key_id),
    unique (agency_id, creator_id, number)
  )`,
  ...secureTable('data_key', { creator: 'each' }),

  `create table ofm.connect_state (
    agency_id text not null,
    state_hash text not null,
    creator_id text not null,
    platform text not null,
    redirect_uri text not null,
    return_to text,
    key_id text not null,
    verifier_box bytea not null,
    expires_at timestamptz not null,
    primary key (agency_id, state_hash),
    foreign key (agency_id, creator_id) references ofm.creator
  )`,
  ...secureTable('connect_state', { creator: 'each' }),

  `create table ofm.facts (
    agency_id text not null,
    account_id text not null,
    target text not null default '',
    creator_id text not null,
    facts jsonb not null,
    expires_at timestamptz not null,
    primary key (agency_id, account_id, target),
    foreign key (agency_id, creator_id, account_id) references ofm.account (agency_id, creator_id, account_id)
  )`,
  ...secureTable('facts', { creator: 'each' }),
]
