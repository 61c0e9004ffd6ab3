-- Up Migration

-- What is to be noted in Temporal too, where a restore of this database does not undo it. A row goes when it is noted.
create table journal (
  entry_id bigint generated always as identity primary key,
  entry jsonb not null,
  at timestamptz not null default now(),
  batch text
);

-- The last batch that Temporal has, with its number, and the next one if it is on its way to Temporal.
create table journal_position (
  only_row boolean primary key default true check (only_row),
  confirmed text,
  number bigint not null default 0,
  confirmed_at timestamptz not null default now(),
  sending text
);
insert into journal_position default values;

-- Mails that recipients got before an older copy of this database took its place.
create table sent_before_restore (
  message_id text not null,
  recipient text not null,
  primary key (message_id, recipient)
);

-- Down Migration
-- Released schemas are only ever extended.
