import { secureTable } from './0001/row-security.ts'
import type { Migration } from './migration.ts'

/** What platforms told by themselves, so that a repetition does nothing. */
export const webhookTables: Migration = {
  name: '0005-webhooks',
  statements: [
    `create table ofm.webhook_event (
      agency_id text not null,
      platform text not null,
      webhook_event_id text not null,
      creator_id text not null,
      account_id text not null,
      received_at timestamptz not null default ofm.now(),
      primary key (agency_id, platform, webhook_event_id),
      foreign key (agency_id, creator_id, account_id) references ofm.account (agency_id, creator_id, account_id)
    )`,
    `create index webhook_event_received_at on ofm.webhook_event (agency_id, received_at)`,
    ...secureTable('webhook_event', { creator: 'each' }),
  ],
}
