import { secureTable } from './row-security.ts'

/** What the platforms allow, and who may call us. */
export const accessTables: readonly string[] = [
  `create table ofm.rate_window (
    agency_id text not null,
    scope text not null check (scope in ('account', 'app', 'egress')),
    key text not null,
    name text not null,
    creator_id text,
    allowed double precision not null,
    remaining double precision not null,
    reset_at timestamptz not null,
    seen_at timestamptz not null default ofm.now(),
    primary key (agency_id, scope, key, name)
  )`,
  ...secureTable('rate_window', { creator: 'some' }),
  `create policy installation on ofm.rate_window for select using (agency_id = '*')`,

  `create table ofm.idempotency (
    agency_id text not null,
    scope text not null,
    key text not null,
    fingerprint text not null,
    attempt integer not null default 1,
    locked_until timestamptz,
    status integer,
    body_box bytea,
    dek_id text,
    created_at timestamptz not null default ofm.now(),
    primary key (agency_id, scope, key)
  )`,
  ...secureTable('idempotency', { creator: 'none' }),

  `create table ofm.api_key (
    agency_id text not null references ofm.agency,
    api_key_id text not null,
    public_id text not null,
    secret_hash text not null,
    name text not null,
    scopes text[] not null,
    creator_ids text[],
    created_at timestamptz not null default ofm.now(),
    last_used_at timestamptz,
    expires_at timestamptz,
    revoked_at timestamptz,
    primary key (agency_id, api_key_id)
  )`,
  `create unique index api_key_public_id on ofm.api_key (public_id)`,
  ...secureTable('api_key', { creator: 'none' }),
  // Whoever calls is not known before this row is read: one row, by the public half of the key.
  `create policy caller on ofm.api_key for select
    using (public_id = (select nullif(current_setting('ofm.api_key', true), '')))`,
]
