/** Policies are equalities around a sub-select, so that the setting is read once and the index is used. */
const inAgency = 'agency_id = (select ofm.current_agency())'
const inCreators = `(select ofm.current_creators()) is null or creator_id = any ((select ofm.current_creators())::text[])`

interface TableScope {
  /** `each`: every row has one. `some`: null stands for the whole agency. `none`: no such column. */
  readonly creator: 'each' | 'some' | 'none'
  /** Whether engines see the table across agencies, under `ofm.engine`. */
  readonly engine?: 'sees'
  /** Rows are added and read, never changed. */
  readonly append?: 'only'
}

/** Nothing is visible without a scope; a dump sees all rows under `ofm.dump`. */
export function secureTable(table: string, scope: TableScope): string[] {
  const agency = scope.append
    ? [
        `create policy agency_read on ofm.${table} for select using (${inAgency})`,
        `create policy agency_add on ofm.${table} for insert with check (${inAgency})`,
      ]
    : [`create policy agency on ofm.${table} using (${inAgency}) with check (${inAgency})`]
  const creator = {
    each: [`create policy creator on ofm.${table} as restrictive using (${inCreators})`],
    some: [`create policy creator on ofm.${table} as restrictive using (creator_id is null or ${inCreators})`],
    none: [],
  }[scope.creator]
  const engine = scope.engine
    ? [`create policy engine on ofm.${table} using ((select current_setting('ofm.engine', true)) = 'on')`]
    : []
  return [
    `alter table ofm.${table} enable row level security`,
    `alter table ofm.${table} force row level security`,
    ...agency,
    ...creator,
    ...engine,
    `create policy dump on ofm.${table} for select using ((select current_setting('ofm.dump', true)) = 'on')`,
  ]
}
