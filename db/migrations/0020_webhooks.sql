-- Up Migration

-- Addresses that are notified.
create table webhooks (
  webhook_id text primary key,
  url text not null,
  -- Encrypted; signs what is sent.
  secret bytea not null,
  format text not null check (format in ('standard', 'slack', 'matrix', 'teams')),
  events text[] not null,
  -- Only jobs of this project; null for all.
  project text,
  created_by text not null,
  created_at timestamptz not null default now(),
  deleted_at timestamptz
);

-- What is sent to them. It is made once for each happening, and tried until it arrives or is given up.
create table webhook_deliveries (
  delivery_id text primary key,
  webhook_id text not null references webhooks,
  -- What happened; one delivery for each.
  about text not null,
  type text not null,
  payload jsonb not null,
  created_at timestamptz not null default now(),
  tries integer not null default 0,
  next_try_at timestamptz default now(),
  delivered_at timestamptz,
  given_up_at timestamptz,
  last_error text,
  unique (webhook_id, about)
);
create index webhook_deliveries_due on webhook_deliveries (webhook_id, next_try_at) where next_try_at is not null;
create index webhook_deliveries_listed on webhook_deliveries (webhook_id, delivery_id);

-- Up to which event deliveries were made.
create table webhook_position (
  tx xid8 not null,
  event_id bigint not null
);
insert into webhook_position values (pg_snapshot_xmin(pg_current_snapshot()), 0);

-- Down Migration
-- Released schemas are only ever extended.
