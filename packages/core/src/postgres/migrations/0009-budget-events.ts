import type { Migration } from './migration.ts'

/** Events of a budget belong to an agency and to no creator: a scope of creators does not see them. */
export const budgetEvents: Migration = {
  name: '0009-budget-events',
  statements: [
    'alter table ofm.event alter column creator_id drop not null',
    'alter table ofm.event_delivery alter column creator_id drop not null',
  ],
}
