/** One step of the schema. Frozen once it has been released: a later change is a new migration. */
export interface Migration {
  /** Number and subject, such as `0001-ledger`. Orders migrations; recorded in `ofm_budget.migration`. */
  readonly name: string
  /** One SQL statement each, run in one transaction. They import nothing and name every object with its schema. */
  readonly statements: readonly string[]
}
