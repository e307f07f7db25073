-- Tasks, series, the ledger of moments and the event log: what changes together in one transaction.
-- Text is compared as bytes (collate "C") wherever order is part of a promise, so that a cursor, a position or a sort
-- means the same on every server, whatever its locale.
-- JSON that is only carried is json, not jsonb: it comes back byte for byte as it was written, key order included.
create extension if not exists pg_trgm;
create extension if not exists btree_gin;

create table project (
  id uuid primary key,
  owner_id uuid not null references auth."user" (id) on delete cascade,
  name text not null,
  name_key text not null,
  color text,
  is_inbox boolean not null default false,
  position text collate "C" not null,
  version integer not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  constraint project_name_unique unique (owner_id, name_key)
);
create unique index project_inbox on project (owner_id) where is_inbox;

create table user_settings (
  owner_id uuid primary key references auth."user" (id) on delete cascade,
  time_zone text not null,
  day_start text not null,
  week_start text not null,
  default_reminders json not null,
  inbox_id uuid not null references project (id) deferrable initially deferred
);

create table tag (
  id uuid primary key,
  owner_id uuid not null references auth."user" (id) on delete cascade,
  name text not null,
  name_key text not null,
  color text,
  version integer not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  constraint tag_name_unique unique (owner_id, name_key)
);

create table saved_filter (
  id uuid primary key,
  owner_id uuid not null references auth."user" (id) on delete cascade,
  name text not null,
  name_key text not null,
  filter text not null,
  sort text not null,
  version integer not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  constraint saved_filter_name_unique unique (owner_id, name_key)
);

create table series (
  id uuid primary key,
  owner_id uuid not null references auth."user" (id) on delete cascade,
  recurrence_rule text not null,
  anchor text not null,
  time_zone text not null,
  exceptions json not null,
  repeat_from text not null,
  missed_policy text not null,
  paused boolean not null,
  ended_at timestamptz(3),
  latest_occurrence text not null,
  latest_task_id uuid,
  next_occurrence text,
  appears_at timestamptz(3),
  occurrence_count integer not null,
  -- What the next occurrence is made of; a change to one occurrence alone does not touch it.
  template json not null,
  version integer not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);
create index series_owner on series (owner_id);

create table task (
  id uuid primary key,
  owner_id uuid not null references auth."user" (id) on delete cascade,
  -- Checked at the end: an account is deleted with all that is its own, in an order that cascades do not promise.
  project_id uuid not null references project (id) deferrable initially deferred,
  parent_id uuid references task (id),
  title text not null,
  description text not null,
  status text not null,
  -- 0 none … 4 urgent, so that it sorts by rank.
  priority smallint not null,
  tags text[] not null,
  tag_keys text[] not null,
  -- The wall-clock time is what is kept: due_date holds it, with the offset it has under today's zone rules.
  due_date text,
  -- The instant that due_date means (an all-day task: at the user's day_start), for sorting and filtering.
  due_at timestamptz(3),
  time_zone text not null,
  recurrence_rule text,
  repeat_from text not null,
  missed_policy text not null,
  series_id uuid references series (id) deferrable initially deferred,
  occurrence text,
  reminders json not null,
  position text collate "C" not null,
  version integer not null,
  created_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  completed_at timestamptz(3),
  title_key text collate "C" not null,
  search_text text not null,
  -- Words of one or two letters, which have no trigram to be found by.
  words_short text[] not null
);
create unique index task_occurrence on task (series_id, occurrence) where series_id is not null;
create index task_parent on task (parent_id) where parent_id is not null;
create index task_project on task (project_id, position, id);
create index task_created on task (owner_id, created_at, id);
create index task_updated on task (owner_id, updated_at, id);
-- One for each order a list can have: a page then costs the same however many tasks there are.
create index task_priority on task (owner_id, priority, id);
create index task_title on task (owner_id, title_key, id);
create index task_position on task (owner_id, position, id);
create index task_due_last on task (owner_id, (coalesce(due_at, '-infinity'::timestamptz)), id);
create index task_due on task (owner_id, (coalesce(due_at, 'infinity'::timestamptz)), id);
create index task_pending on task (owner_id, (coalesce(due_at, 'infinity'::timestamptz)), id) where status = 'pending';
-- With the owner in it, a search costs what it finds of this owner, however many others there are. Entries are sorted in at
-- once: inserting is no slower (measured), no insert pays for many others, and no search reads what waits.
create index task_search on task using gin (owner_id, tag_keys, words_short, search_text gin_trgm_ops)
  with (fastupdate = off);

-- Every occurrence that ever was, done or not: its key is what makes an occurrence exist at most once.
create table series_occurrence (
  series_id uuid not null references series (id) on delete cascade,
  occurrence text collate "C" not null,
  outcome text not null,
  task_id uuid,
  at timestamptz(3) not null,
  primary key (series_id, occurrence)
);

-- All moments still ahead. A row's id is derived from what it stands for and its moment, and is also the id of the
-- notification and of the event that come of it: ringing twice is ringing once.
create table ledger (
  id uuid primary key,
  kind text not null,
  moment timestamptz(0) not null,
  owner_id uuid not null references auth."user" (id) on delete cascade,
  task_id uuid references task (id) on delete cascade,
  reminder_id uuid,
  series_id uuid references series (id) on delete cascade
);
create index ledger_moment on ledger (moment, kind);
create index ledger_task on ledger (task_id) where task_id is not null;
create index ledger_series on ledger (series_id) where series_id is not null;

create table notification (
  id uuid primary key,
  owner_id uuid not null references auth."user" (id) on delete cascade,
  task_id uuid not null,
  reminder_id uuid not null,
  message text not null,
  due_date text,
  scheduled_for timestamptz(0) not null,
  late_by bigint not null,
  created_at timestamptz(3) not null,
  read_at timestamptz(3),
  snoozed_until timestamptz(3)
);
create index notification_owner on notification (owner_id, created_at, id);
create index notification_unread on notification (owner_id, created_at, id) where read_at is null;

-- The event log. Sequence numbers do not commit in order, transaction ids do not either, but every transaction below
-- the oldest one still running has ended: readers go by (xid, seq) and stop there, so that nothing is ever passed over.
create sequence event_seq;
create table event (
  xid xid8 not null default pg_current_xact_id(),
  seq bigint not null default nextval('event_seq'),
  id uuid not null,
  type text not null,
  subject uuid not null,
  owner_id uuid not null,
  time timestamptz(3) not null,
  -- The CloudEvent as it goes on the wire.
  body text not null
) partition by range (time);
create index event_place on event (xid, seq);
create index event_owner_place on event (owner_id, xid, seq);
create table event_default partition of event default;

create table relay_place (
  name text primary key,
  xid xid8 not null,
  seq bigint not null
);
insert into relay_place values ('tasks', '0', 0);

create table idempotency_key (
  owner_id uuid not null references auth."user" (id) on delete cascade,
  key text not null,
  request_hash text not null,
  status integer not null,
  headers json not null,
  body text not null,
  created_at timestamptz(3) not null,
  primary key (owner_id, key)
);
create index idempotency_key_age on idempotency_key (created_at);

create table installation (
  name text primary key,
  value text not null
);

-- A commit in one statement has no other way to say that what it was computed from has changed.
create function taskflow_stale() returns boolean language plpgsql as $$
begin
  raise exception 'the data has changed since it was read' using errcode = 'TF409';
end
$$;
