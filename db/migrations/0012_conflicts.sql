-- Up Migration

-- Tests of one project that cannot share a host. The two names are in order, and may be the same.
create table conflicts (
  project text not null,
  first_test text not null,
  second_test text not null,
  noted_at timestamptz not null default now(),
  primary key (project, first_test, second_test)
);
create index conflicts_of_second on conflicts (project, second_test);

-- Its owner does not want it to wait because many tests began to fail together.
alter table jobs add column skips_crowd boolean not null default false;

create index attempts_on_host on attempts (host, started_at);

-- Down Migration
-- Released schemas are only ever extended.
