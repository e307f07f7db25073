-- The embedded event bus: events that a subscriber could not handle wait here for their next try, out of the way of the
-- ones behind them, and lie in the dead letters when the tries are used up.
create table bus_retry (
  id uuid primary key,
  topic text not null,
  body text not null,
  reason text not null,
  attempts integer not null,
  next_attempt_at timestamptz(3) not null
);
create index bus_retry_next on bus_retry (next_attempt_at);

create table dead_letter (
  id uuid primary key,
  topic text not null,
  body text not null,
  reason text not null,
  attempts integer not null,
  created_at timestamptz(3) not null,
  replayed_at timestamptz(3)
);
