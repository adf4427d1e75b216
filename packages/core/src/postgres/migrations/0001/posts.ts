import { secureTable } from './row-security.ts'

/** What is to be published: assets, posts and their revisions. */
export const postTables: readonly string[] = [
  `create table ofm.asset (
    agency_id text not null,
    asset_id text not null,
    creator_id text not null,
    file_name text not null,
    size_bytes bigint not null,
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    media_info jsonb not null,
    created_at timestamptz not null default ofm.now(),
    primary key (agency_id, asset_id),
    unique (agency_id, creator_id, sha256),
    foreign key (agency_id, creator_id) references ofm.creator
  )`,
  ...secureTable('asset', { creator: 'each' }),

  `create table ofm.post (
    agency_id text not null,
    post_id text not null,
    creator_id text not null,
    key text,
    input_hash text not null,
    revision integer not null default 1,
    revision_hash text not null,
    at timestamptz not null,
    wall_time text,
    time_zone text,
    rating text not null check (rating in ('general', 'adult')),
    approval text not null check (approval in ('none', 'required')),
    approved_revision integer,
    latest_by_ms double precision not null,
    trace jsonb,
    created_by text not null,
    created_at timestamptz not null default ofm.now(),
    primary key (agency_id, post_id),
    unique (agency_id, key),
    check ((wall_time is null) = (time_zone is null)),
    foreign key (agency_id, creator_id) references ofm.creator
  )`,
  `create index post_of_creator on ofm.post (agency_id, creator_id, post_id)`,
  ...secureTable('post', { creator: 'each' }),

  `create table ofm.revision (
    agency_id text not null,
    post_id text not null,
    revision integer not null,
    creator_id text not null,
    hash text not null,
    content jsonb not null,
    created_by text not null,
    created_at timestamptz not null default ofm.now(),
    primary key (agency_id, post_id, revision),
    foreign key (agency_id, post_id) references ofm.post
  )`,
  ...secureTable('revision', { creator: 'each', append: 'only' }),
]
