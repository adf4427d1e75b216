/**
 * How functions plan. A plan is made on first use, mostly on empty tables that no ANALYZE has seen (PGlite never runs one), and kept: a lookup by a list of
 * ids would be planned anew at each call, or read a whole index of the tenant. So lists are joined to tables by key, and only index scans are allowed.
 */
export const byIndex =
  'set enable_seqscan to off set enable_bitmapscan to off set plan_cache_mode to force_generic_plan'
