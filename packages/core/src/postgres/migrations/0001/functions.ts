/** The clock, ids and the scope of the running transaction. */
export const functions: readonly string[] = [
  // The one source of time. Whole milliseconds, so that a moment is the same on both sides of the driver. Tests replace it by a row.
  `create function ofm.now() returns timestamptz language sql stable parallel safe
  as $$ select date_trunc('milliseconds', clock_timestamp()) $$`,
  `create function ofm.ms(moment timestamptz) returns double precision language sql stable parallel safe
  as $$ select floor(extract(epoch from moment) * 1000)::double precision $$`,
  `create function ofm.at(ms double precision) returns timestamptz language sql immutable parallel safe
  as $$ select to_timestamp(ms / 1000.0) $$`,
  // The same form as ids made by the library: a prefix, ten characters of milliseconds, sixteen of chance.
  `create function ofm.new_id(prefix text) returns text language sql volatile
  as $$
    with source as (
      select ofm.ms(ofm.now())::bigint as ms,
        decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex') as bytes
    )
    select prefix || '_' || string_agg(
      substr('0123456789ABCDEFGHJKMNPQRSTVWXYZ', 1 + case when place < 10
        then ((ms >> (5 * (9 - place))) & 31)::int
        else get_byte(bytes, (array[0,1,2,3,4,5,10,11,16,17,18,19,20,21,26,27])[place - 9]) & 31 end, 1), '' order by place)
    from source, generate_series(0, 25) as place
  $$`,
  `create function ofm.current_agency() returns text language sql stable parallel safe
  as $$ select nullif(current_setting('ofm.agency_id', true), '') $$`,
  // Null: all creators of the agency.
  `create function ofm.current_creators() returns text[] language sql stable parallel safe
  as $$ select nullif(current_setting('ofm.creator_ids', true), '')::text[] $$`,
]
