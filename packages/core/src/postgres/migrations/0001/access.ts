import { secureTable } from './row-security.ts'

/** What the platforms allow. */
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
]
