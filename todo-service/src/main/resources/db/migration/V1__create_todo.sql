-- Runs on H2 and on PostgreSQL.
create table todo (
  id         uuid primary key,
  -- The order of creation, which pages follow.
  seq        bigint generated always as identity,
  -- The Common Name of the caller: at most 64 characters (RFC 5280), twice that in UTF-16 units, which H2 counts.
  owner      varchar(128) not null,
  -- 200 characters, counted the same way.
  title      varchar(400) not null,
  completed  boolean not null,
  version    bigint not null,
  created_at timestamp(6) with time zone not null,
  updated_at timestamp(6) with time zone not null
);

-- A page costs the same wherever it starts: both indexes lead with what every query names. There is none on seq
-- alone, or a planner could take it for a page and read everyone's todos on the way.
create unique index todo_owner_seq on todo (owner, seq);
create index todo_owner_completed_seq on todo (owner, completed, seq);
