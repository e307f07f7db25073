/** The result of a use case: everything it changes, to be committed in one transaction or not at all. */
import type { EventType } from '../contracts/events.ts';
import type { Notification, Project, SavedFilter, Tag } from '../contracts/model.ts';
import type { LedgerRow, OccurrenceRecord, SeriesRecord, TaskRecord, UserSettings } from './model.ts';

/** An event as it is written to the log; `body` is the CloudEvent on the wire. */
export interface EventRecord {
  id: string;
  type: EventType;
  subject: string;
  owner_id: string;
  time: string;
  body: string;
}

/** The stored answer to a request with an Idempotency-Key. */
export interface StoredAnswer {
  key: string;
  request_hash: string;
  status: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * Everything one use case changes, committed in one transaction or not at all. Updates and deletions are conditional on
 * the version they were computed from; `expected` are tasks that must not have changed although they are not written.
 */
export interface Changes {
  owner_id: string;
  now: string;
  expected: readonly { id: string; version: number }[];
  tasks_inserted: readonly TaskRecord[];
  tasks_updated: readonly TaskRecord[];
  tasks_deleted: readonly { id: string; version: number }[];
  series_inserted: readonly SeriesRecord[];
  series_updated: readonly SeriesRecord[];
  occurrences_claimed: readonly OccurrenceRecord[];
  occurrences_settled: readonly OccurrenceRecord[];
  occurrences_released: readonly { series_id: string; occurrence: string }[];
  ledger_added: readonly LedgerRow[];
  ledger_removed: readonly string[];
  events: readonly EventRecord[];
  tag_names: readonly { id: string; name: string }[];
  projects_inserted: readonly Project[];
  projects_updated: readonly Project[];
  projects_deleted: readonly { id: string; version: number }[];
  tags_inserted: readonly Tag[];
  tags_updated: readonly Tag[];
  tags_deleted: readonly { id: string; version: number }[];
  saved_filters_inserted: readonly SavedFilter[];
  saved_filters_updated: readonly SavedFilter[];
  saved_filters_deleted: readonly { id: string; version: number }[];
  notifications_updated: readonly Notification[];
  settings: UserSettings | null;
  answer: StoredAnswer | null;
}

/** What planning a task's change says nothing about. */
export const NOTHING = {
  projects_inserted: [],
  projects_updated: [],
  projects_deleted: [],
  tags_inserted: [],
  tags_updated: [],
  tags_deleted: [],
  saved_filters_inserted: [],
  saved_filters_updated: [],
  saved_filters_deleted: [],
  notifications_updated: [],
} satisfies Partial<Changes>;

export type PlainChange = keyof typeof NOTHING;

/** True when committing it would do nothing. */
export const isNothing = (changes: Changes): boolean =>
  Object.entries(changes).every(
    ([key, value]) =>
      key === 'owner_id' ||
      key === 'now' ||
      key === 'expected' ||
      value === null ||
      (Array.isArray(value) && value.length === 0),
  );
