import type { Migration } from './migration.ts'

/**
 * Posts are created by functions, JSON in and JSON out, so that they can join any client's transaction with two statements. They set the scope for
 * themselves and set the previous one back. The marker `ofm.within` holds the transaction's id: outside a transaction it is gone at the second statement.
 */
export const createPostFunctions: Migration = {
  name: '0002-create-post',
  statements: [
    `create function ofm.read_for_create(input text) returns text language plpgsql volatile as $$
    declare
      given jsonb := input::jsonb;
      agency text := given ->> 'agencyId';
      before text := coalesce(current_setting('ofm.agency_id', true), '');
      answer text;
    begin
      perform set_config('ofm.agency_id', agency, true), set_config('ofm.within', pg_current_xact_id()::text, true);
      insert into ofm.agency (agency_id, external_id) values (agency, given ->> 'agencyExternalId') on conflict (agency_id) do nothing;
      select jsonb_build_object(
        'now', ofm.ms(ofm.now()),
        'existing', (select jsonb_build_object('postId', p.post_id, 'inputHash', p.input_hash) from ofm.post p
          where p.agency_id = agency and p.key = given ->> 'key'),
        'approval', coalesce((select a.approval from ofm.agency a where a.agency_id = agency), 'none'),
        'accounts', (select coalesce(jsonb_agg(jsonb_build_object('id', a.account_id, 'creatorId', a.creator_id, 'platform', a.platform,
            'externalId', a.external_id, 'username', a.username)), '[]')
          from ofm.account a where a.agency_id = agency
            and a.account_id in (select jsonb_array_elements_text(given -> 'accountIds'))),
        'assets', (select coalesce(jsonb_agg(jsonb_build_object('id', s.asset_id, 'creatorId', s.creator_id, 'sizeBytes', s.size_bytes,
            'sha256', s.sha256, 'mediaInfo', s.media_info)), '[]')
          from ofm.asset s where s.agency_id = agency
            and s.asset_id in (select jsonb_array_elements_text(given -> 'assetIds'))),
        'facts', (select coalesce(jsonb_agg(jsonb_build_object('accountId', f.account_id, 'target', f.target, 'facts', f.facts)), '[]')
          from ofm.facts f where f.agency_id = agency
            and f.account_id in (select jsonb_array_elements_text(given -> 'accountIds')))
      )::text into answer;
      perform set_config('ofm.agency_id', before, true);
      return answer;
    end $$`,

    `create function ofm.create_post(input text) returns text language plpgsql volatile as $$
    declare
      given jsonb := input::jsonb;
      agency text := given ->> 'agencyId';
      before text := coalesce(current_setting('ofm.agency_id', true), '');
      known record;
      due timestamptz;
      answer text;
    begin
      if coalesce(current_setting('ofm.within', true), '') <> pg_current_xact_id()::text then
        return '{"status":"outside_transaction"}';
      end if;
      perform set_config('ofm.agency_id', agency, true);
      due := coalesce(ofm.at((given ->> 'at')::double precision), ofm.now());
      insert into ofm.post (agency_id, post_id, creator_id, key, input_hash, revision, revision_hash, at, wall_time, time_zone, rating, approval,
          latest_by_ms, trace, created_by)
        values (agency, given ->> 'id', given ->> 'creatorId', given ->> 'key', given ->> 'inputHash', 1, given ->> 'revisionHash', due,
          given ->> 'wallTime', given ->> 'timeZone', given ->> 'rating', given ->> 'approval', (given ->> 'latestByMs')::double precision,
          nullif(given -> 'trace', 'null'), given ->> 'by')
        on conflict (agency_id, key) do nothing;
      if not found then
        select p.post_id, p.input_hash into known from ofm.post p where p.agency_id = agency and p.key = given ->> 'key';
        answer := jsonb_build_object('postId', known.post_id,
          'status', case when known.input_hash = given ->> 'inputHash' then 'existing' else 'key_conflict' end)::text;
      else
        perform ofm.store_new_post(agency, given, due);
        answer := jsonb_build_object('postId', given ->> 'id', 'status', 'created')::text;
      end if;
      perform set_config('ofm.agency_id', before, true), set_config('ofm.within', '', true);
      return answer;
    end $$`,

    `create function ofm.store_new_post(agency text, given jsonb, due timestamptz) returns void language plpgsql volatile as $$
    begin
      insert into ofm.revision (agency_id, post_id, revision, creator_id, hash, content, created_by)
        values (agency, given ->> 'id', 1, given ->> 'creatorId', given ->> 'revisionHash', given -> 'content', given ->> 'by');
      insert into ofm.publication (agency_id, publication_id, creator_id, account_id, post_id, platform, target, destination, state, revision,
          revision_hash, approval, due_at, latest_by, lead_ms)
        select agency, p.value ->> 'id', given ->> 'creatorId', p.value ->> 'accountId', given ->> 'id', p.value ->> 'platform', p.value ->> 'target',
          p.ordinality - 1, given ->> 'state', 1, given ->> 'revisionHash', given ->> 'approval', due,
          due + make_interval(secs => (given ->> 'latestByMs')::double precision / 1000), (p.value ->> 'leadMs')::double precision
        from jsonb_array_elements(given -> 'publications') with ordinality p;
      insert into ofm.part (agency_id, publication_id, index, part_id, creator_id, account_id, platform, kind, state, likeness, fingerprint)
        select agency, p ->> 'id', (t ->> 'index')::int, t ->> 'id', given ->> 'creatorId', p ->> 'accountId', p ->> 'platform', t ->> 'kind', 'waiting',
          t ->> 'likeness', t ->> 'fingerprint'
        from jsonb_array_elements(given -> 'publications') p, jsonb_array_elements(p -> 'parts') t;
      insert into ofm.part_content (agency_id, publication_id, revision, index, creator_id, request)
        select agency, p ->> 'id', 1, (t ->> 'index')::int, given ->> 'creatorId', t -> 'request'
        from jsonb_array_elements(given -> 'publications') p, jsonb_array_elements(p -> 'parts') t;
      insert into ofm.work (agency_id, publication_id, creator_id, account_id, platform, run_at)
        select agency, p ->> 'id', given ->> 'creatorId', p ->> 'accountId', p ->> 'platform',
          case given ->> 'state' when 'draft' then null else due - make_interval(secs => (p ->> 'leadMs')::double precision / 1000) end
        from jsonb_array_elements(given -> 'publications') p;
      with told as (
        select ofm.new_id('event') as event_id, p ->> 'id' as publication_id, p ->> 'accountId' as account_id
        from jsonb_array_elements(given -> 'publications') p
      ), remembered as (
        insert into ofm.history (agency_id, event_id, creator_id, publication_id, account_id, at, type, by)
        select agency, event_id, given ->> 'creatorId', publication_id, account_id, ofm.now(), 'publication.' || (given ->> 'state'), given ->> 'by' from told
      ), queued as (
        insert into ofm.event (agency_id, event_id, creator_id, publication_id, account_id, at, type, by)
        select agency, event_id, given ->> 'creatorId', publication_id, account_id, ofm.now(), 'publication.' || (given ->> 'state'), given ->> 'by' from told
        returning event_id, creator_id, position, at, type
      )
      insert into ofm.event_delivery (agency_id, event_id, consumer, pattern, creator_id, position, run_at)
        select agency, q.event_id, c.name, c.pattern, q.creator_id, q.position, q.at
        from queued q join ofm.consumer c on c.agency_id = agency
        where c.pattern in ('*', q.type) or (right(c.pattern, 2) = '.*' and starts_with(q.type, left(c.pattern, -1)));
    end $$`,
    // The record is the statement of the library at this version, frozen.
    `create function ofm.read_post(input text) returns text language plpgsql volatile as $$
    declare
      given jsonb := input::jsonb;
      agency text := given ->> 'agencyId';
      before text := coalesce(current_setting('ofm.agency_id', true), '');
      answer text;
    begin
      perform set_config('ofm.agency_id', agency, true);
      select jsonb_build_object(
        'post', (select jsonb_build_object('id', p.post_id, 'creatorId', p.creator_id, 'key', p.key, 'revision', p.revision,
            'revisionHash', p.revision_hash, 'at', ofm.ms(p.at), 'wallTime', p.wall_time, 'timeZone', p.time_zone, 'rating', p.rating,
            'approval', p.approval, 'approvedRevision', p.approved_revision, 'latestByMs', p.latest_by_ms, 'createdAt', ofm.ms(p.created_at),
            'content', r.content)
          from ofm.post p join ofm.revision r on r.agency_id = p.agency_id and r.post_id = p.post_id and r.revision = p.revision
          where p.agency_id = agency and p.post_id = given ->> 'postId'),
        'publications', (select coalesce(jsonb_agg(jsonb_build_object(
            'record',
            ( select to_jsonb(record) from ( select p.publication_id as "id", p.agency_id as "agencyId", p.creator_id as "creatorId", p.account_id as
            "accountId", p.post_id as "postId", p.platform as "platform", p.target as "target", p.state as "state", p.run as "run", p.version as
            "version", p.revision as "revision", p.revision_hash as "revisionHash", p.approval as "approval", p.approved_hash as "approvedHash",
            ofm.ms(p.due_at) as "dueAt", ofm.ms(p.latest_by) as "latestBy", p.lead_ms as "leadMs", ofm.ms(p.cancel_requested_at) as
            "cancelRequestedAt", ofm.ms(p.remove_requested_at) as "removeRequestedAt", p.spaced as "spaced", p.hold as "hold", p.reason as "reason",
            p.removed_by as "removedBy", (select coalesce(jsonb_agg(to_jsonb(row) order by row.index), '[]') from ( select t.part_id as "id", t.index
            as "index", t.kind as "kind", t.state as "state", t.likeness as "likeness", t.fingerprint as "fingerprint", t.external_id as "externalId",
            t.url as "url", t.reason as "reason", t.handle as "handle", ofm.ms(t.handle_deadline_at) as "handleDeadlineAt", t.slow_raised as
            "slowRaised", ofm.ms(t.next_look_at) as "nextLookAt", t.looks as "looks", ofm.ms(t.look_failing_since) as "lookFailingSince",
            t.prepared_again as "preparedAgain", t.not_accepted as "notAccepted", t.unauthorized as "unauthorized", t.failures as "failures",
            ofm.ms(t.not_before) as "notBefore", ofm.ms(t.unused_at) as "unusedAt", t.repeated_once as "repeatedOnce", ofm.ms(t.parent_wait_since) as
            "parentWaitSince", (select to_jsonb(row) from (select t.preparation_status as "status", t.uploads as "uploads",
            ofm.ms(t.uploads_expire_at) as "expiresAt", t.checkpoint as "checkpoint", t.progress as "progress", t.preparation_fingerprint as
            "fingerprint", ofm.ms(t.resume_at) as "resumeAt") as row) as preparation, (select coalesce(jsonb_agg(to_jsonb(row) order by row.number),
            '[]') from ( select a.attempt_id as "id", a.number as "number", a.key as "key", a.fence as "fence", a.run as "run", a.revision as
            "revision", a.fingerprint as "fingerprint", a.baseline as "baseline", a.uploads as "uploads", ofm.ms(a.uploads_expire_at) as
            "uploadsExpireAt", ofm.ms(a.started_at) as "startedAt", ofm.ms(a.lease_until) as "leaseUntil", a.handle as "handle", ofm.ms(a.ended_at) as
            "endedAt", a.outcome as "outcome", a.verdict as "verdict", a.overridden as "overridden", a.request as "request", a.error as "error",
            a.external_id as "externalId", a.evidence as "evidence" from ofm.attempt a where a.agency_id = t.agency_id and a.publication_id =
            t.publication_id and a.part_index = t.index) as row) as attempts from ofm.part t where t.agency_id = p.agency_id and t.publication_id =
            p.publication_id) as row) as parts ) as record ),
            'texts', (select coalesce(jsonb_agg(coalesce(c.request ->> 'text', '') order by c.index), '[]')
              from ofm.part_content c
              where c.agency_id = p.agency_id and c.publication_id = p.publication_id and c.revision = p.revision),
            'createdAt', ofm.ms(p.created_at), 'publishedAt', ofm.ms(p.published_at)) order by p.destination), '[]')
          from ofm.publication p where p.agency_id = agency and p.post_id = given ->> 'postId')
      )::text into answer;
      perform set_config('ofm.agency_id', before, true);
      return answer;
    end $$`,
  ],
}
