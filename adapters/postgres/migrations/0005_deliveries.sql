-- What became of a notification on each channel: kept where the user can see it, and gone with the notification.
create table delivery (
  notification_id uuid not null references notification (id) on delete cascade,
  channel text collate "C" not null,
  status text not null,
  attempts integer not null,
  reason text,
  at timestamptz(3) not null,
  primary key (notification_id, channel)
);
