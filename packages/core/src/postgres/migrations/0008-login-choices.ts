import { secureTable } from './0001/row-security.ts'
import type { Migration } from './migration.ts'

/** Logins that reached several accounts, until a person has chosen one. */
export const loginChoices: Migration = {
  name: '0008-login-choices',
  statements: [
    `create table ofm.login_choice (
      agency_id text not null,
      state_hash text not null,
      creator_id text not null,
      platform text not null,
      app_key text not null,
      profiles jsonb not null,
      scopes text[] not null,
      key_id text not null,
      access_box bytea not null,
      refresh_box bytea,
      token_expires_at timestamptz,
      return_to text,
      expires_at timestamptz not null,
      primary key (agency_id, state_hash),
      foreign key (agency_id, creator_id) references ofm.creator
    )`,
    `comment on column ofm.login_choice.profiles is 'The accounts that the login reached, as the platform named them.'`,
    ...secureTable('login_choice', { creator: 'each' }),
  ],
}
