import { type RawBuilder, sql } from 'kysely'
import type { AccountId, AgencyId } from '../../model/ids.ts'
import type { RateWindow } from '../../platform/rate-window.ts'
import type { PublishLimits } from '../../publishing/rate-hold.ts'
import { RATE_MARGIN_MS } from '../../publishing/timing.ts'
import { toJson } from './columns.ts'

const margin = sql`${RATE_MARGIN_MS}::double precision`

/** Which rows of `ofm.rate_window` cover an account `a` on a platform. */
const told = sql`
  select w.name, w.scope, w.allowed as "limit", w.operations, ofm.ms(w.reset_at) + ${margin} as "endsAt"
  from ofm.rate_window w
  where w.agency_id in (p.agency_id, '*') and w.remaining < 1 and w.reset_at + ${margin} * interval '1 ms' > ofm.now()
    and (w.scope, w.key) in (('account', p.account_id), ('app', coalesce(a.app_key, p.platform)), ('egress', p.platform))`

/** A limit is reached while as many attempts as it allows lie within its time; what certainly made no post does not count. */
const toCounted = (limits: PublishLimits): RawBuilder<unknown> => sql`
  select l.name, l.scope, l.max as "limit", array['publish'] as operations, ofm.ms(counted.since) + l."perMs" + ${margin} as "endsAt"
  from jsonb_to_recordset(coalesce(${toJson(limits)} -> p.platform, '[]')) as l (name text, scope text, max integer, "perMs" double precision)
    cross join lateral (
      select ofm.now() - (l."perMs" + ${margin}) * interval '1 ms' as begin
    ) as span cross join lateral (
      select case l.scope
        when 'app' then ofm.attempt_of_app(coalesce(a.app_key, p.platform), span.begin, l.max)
        else (select t.started_at from ofm.attempt t
          where t.agency_id = p.agency_id and t.account_id = p.account_id and t.started_at > span.begin
            and (t.verdict is null or t.verdict in ('published', 'delivered'))
          order by t.started_at desc offset l.max - 1 limit 1)
        end as since
    ) as counted
  where counted.since is not null`

/** `Conditions.windows`, for a row `p` of `ofm.publication` and the row `a` of its account. */
export function toUsedUpWindows(limits: PublishLimits): RawBuilder<unknown> {
  const counted = Object.keys(limits).length > 0 ? sql`union all ${toCounted(limits)}` : sql``
  return sql`
    select coalesce(jsonb_agg(to_jsonb(u) order by u."endsAt" desc, u.name collate "C", u.scope), '[]') from (${told} ${counted}) as u`
}

/** The call that keeps what answers said, in the transaction of what they led to. */
export function keepRateWindows(
  { agencyId, accountId }: { readonly agencyId: AgencyId; readonly accountId: AccountId },
  windows: readonly RateWindow[] = [],
): RawBuilder<unknown> {
  return windows.length > 0 ? sql`ofm.keep_rate_windows(${agencyId}, ${accountId}, ${toJson(windows)})` : sql``
}
