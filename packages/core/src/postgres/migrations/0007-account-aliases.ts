import type { Migration } from './migration.ts'

/** Other ids by which a platform names an account to this app. */
export const accountAliases: Migration = {
  name: '0007-account-aliases',
  statements: [
    `alter table ofm.account add column aliases text[] not null default '{}'`,
    `comment on column ofm.account.aliases is 'Other ids by which webhooks of the platform may name it; several accounts may share one.'`,
  ],
}
