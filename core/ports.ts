/**
 * What the application asks of the world. Each port lists only what its callers use; adapters implement them, contract
 * tests in tests/contract/ say what every implementation must do.
 */
import type { BulkDeliveryAnswer, ReminderDue } from './contracts/events.ts';
import type { MomentsResponse, Receipt, RingResponse } from './contracts/jobs.ts';
import type { Notification, Project, SavedFilter, Tag } from './contracts/model.ts';
import type { TaskCounts } from './contracts/task.ts';
import type { Changes, StoredAnswer } from './domain/change-set.ts';
import type { FilterNode } from './domain/filter.ts';
import type { LedgerRow, OccurrenceRecord, SeriesRecord, TaskRecord, UserSettings } from './domain/model.ts';

export interface Clock {
  now(): Temporal.Instant;
}

/** New identifiers (UUIDv7); randomness is an argument, like time. */
export interface Ids {
  next(): string;
}

// --- Store ---------------------------------------------------------------------------------------------------------

/** Somebody else changed what this commit was computed from: load it again and decide anew. */
export class StaleWrite extends Error {
  override readonly name = 'StaleWrite';
}

export type { Changes, EventRecord, StoredAnswer } from './domain/change-set.ts';

export type SortKey = 'due_date' | 'priority' | 'created_at' | 'updated_at' | 'title' | 'position';

/** What a list can ask for: the filter language, and what only plain parameters say. */
export type QueryNode =
  | Exclude<FilterNode, { kind: 'and' | 'or' | 'not' }>
  | { kind: 'and' | 'or'; children: readonly QueryNode[] }
  | { kind: 'not'; child: QueryNode }
  /** The children of a task; null: tasks that are nobody's child. */
  | { kind: 'parent'; id: string | null }
  /** Due from the first instant on, and before the second. */
  | { kind: 'due_instant'; from: string | null; to: string | null };

export interface TaskQuery {
  owner_id: string;
  filter: QueryNode | null;
  sort: readonly { key: SortKey; descending: boolean }[];
  cursor: string | null;
  limit: number;
  /** For what "overdue" and "a day" mean. */
  now: Temporal.Instant;
  time_zone: string;
}

/** A page as JSON text, made by the database: the hot path never parses it. */
export interface JsonPage {
  items_json: string;
  next_cursor: string | null;
}

export interface PageQuery {
  owner_id: string;
  cursor: string | null;
  limit: number;
}

export interface TaskStore {
  /** Throws StaleWrite when a version moved or a claim was taken; a Failure('conflict') when a name is taken. */
  commit(changes: Changes): Promise<void>;
  tasks(owner_id: string, ids: readonly string[]): Promise<TaskRecord[]>;
  /** Whole subtrees below the given tasks, without those themselves. */
  descendants(owner_id: string, ids: readonly string[]): Promise<TaskRecord[]>;
  /** From the parent up to the root. */
  ancestors(owner_id: string, id: string): Promise<TaskRecord[]>;
  /** The pending occurrences of some series. */
  pendingOccurrences(owner_id: string, series_ids: readonly string[]): Promise<TaskRecord[]>;
  /** The neighbours of a place in the order by hand: positions just before and just after `position`. */
  siblingPositions(
    owner_id: string,
    place: { project_id: string; parent_id: string | null },
  ): Promise<{ id: string; position: string }[]>;
  series(owner_id: string, ids: readonly string[]): Promise<SeriesRecord[]>;
  /** Newest first. */
  occurrences(owner_id: string, series_id: string, limit: number): Promise<OccurrenceRecord[]>;
  /** The moments that are really in the ledger for some tasks or series. */
  ledgerRows(owner_id: string, ids: readonly string[]): Promise<LedgerRow[]>;
  projects(owner_id: string): Promise<Project[]>;
  tasksOfProject(owner_id: string, project_id: string): Promise<TaskRecord[]>;
  tasksWithTag(owner_id: string, name: string): Promise<TaskRecord[]>;
  pendingAllDayTasks(owner_id: string): Promise<TaskRecord[]>;
  tags(owner_id: string): Promise<Tag[]>;
  savedFilter(owner_id: string, id: string): Promise<SavedFilter | null>;
  settings(owner_id: string): Promise<UserSettings | null>;
  /** Makes the settings and the Inbox when there are none; returns what is there afterwards. */
  ensureSettings(settings: UserSettings, inbox: Project): Promise<UserSettings>;
  notifications(owner_id: string, ids: readonly string[]): Promise<Notification[]>;
  storedAnswer(owner_id: string, key: string): Promise<StoredAnswer | null>;
}

/** What only lists and pages ask. */
export interface QueryStore {
  taskJson(owner_id: string, id: string): Promise<string | null>;
  listTasks(query: TaskQuery): Promise<JsonPage>;
  counts(owner_id: string, now: Temporal.Instant, time_zone: string): Promise<TaskCounts>;
  listProjects(query: PageQuery): Promise<JsonPage>;
  listTags(query: PageQuery): Promise<JsonPage>;
  listNotifications(query: PageQuery & { unread: boolean }): Promise<JsonPage>;
  listSavedFilters(query: PageQuery): Promise<JsonPage>;
}

/** What rings, and what keeps the house: no owner, because moments belong to everyone. */
export interface LedgerStore {
  /**
   * Closes up to `limit` due reminder rows, making their notifications and events, in one transaction. An event continues
   * the trace of the request that asked for the reminder; where none is known, `traceparent`.
   */
  ringReminders(now: Temporal.Instant, limit: number, traceparent: string): Promise<number>;
  /** The series whose next occurrence is due to appear. */
  dueSeries(now: Temporal.Instant, limit: number): Promise<{ owner_id: string; series_id: string; moment: string }[]>;
  /** Distinct moments in (after, to], earliest first. */
  moments(after: Temporal.Instant, to: Temporal.Instant, limit: number): Promise<MomentsResponse>;
  /** Tasks and series still ahead, in pages by id, for re-reading them under new time zone rules. */
  datedTasks(after_id: string | null, limit: number): Promise<TaskRecord[]>;
  liveSeries(after_id: string | null, limit: number): Promise<SeriesRecord[]>;
  /** What has been delivered stays so; a receipt for a notification that is not there is for nobody. */
  keepReceipt(receipt: Receipt): Promise<void>;
  installation(name: string): Promise<string | null>;
  setInstallation(name: string, value: string): Promise<void>;
  /** Makes partitions ahead, drops what is older than `retain_days` and published; expires stored answers. */
  maintain(now: Temporal.Instant, retain_days: number): Promise<void>;
}

/** A place in the event log: `<xid>.<seq>`. */
export interface LoggedEvent {
  place: string;
  owner_id: string;
  type: string;
  body: string;
}

export interface EventLog {
  /** Committed events after `place`, in commit order, never past a transaction still open. */
  read(place: string, limit: number): Promise<LoggedEvent[]>;
  readOwned(owner_id: string, place: string, until: string, limit: number): Promise<LoggedEvent[]>;
  /** The place of the newest event that may be read. */
  end(): Promise<string>;
  /** False when `place` is older than what is kept, or from another life of this database. */
  canResume(place: string): Promise<boolean>;
  /** Calls back soon after anyone has committed events; returns how to stop. */
  onAppend(wake: () => void): () => void;
  /** Where the relay has come to. */
  relayPlace(): Promise<string>;
  setRelayPlace(place: string): Promise<void>;
  /** Runs `work` while holding the right to relay; null when another replica holds it. */
  asRelay<T>(work: (held: AbortSignal) => Promise<T>): Promise<T | null>;
}

// --- Engine --------------------------------------------------------------------------------------------------------

export interface DeadLetter {
  id: string;
  topic: string;
  reason: string;
  attempts: number;
  created_at: string;
  replayed_at: string | null;
  body: string;
}

/** At least once, in order per key; an event that a subscriber cannot handle never holds up those behind it. */
export interface EventBus {
  publish(events: readonly { id: string; key: string; body: string }[]): Promise<void>;
}

/** Named values that are nobody's to read but ours; null for what is not there. */
export interface SecretStore {
  get(name: string): Promise<Readonly<Record<string, string>> | null>;
}

/** What all replicas must agree on, for a while. False: somebody else was first. */
export interface StateStore {
  get(key: string): Promise<{ value: unknown; etag: string } | null>;
  create(key: string, value: unknown, ttl_s: number): Promise<boolean>;
  replace(key: string, value: unknown, ttl_s: number, etag: string): Promise<boolean>;
}

/** One event of a bulk delivery. */
export interface Delivered {
  entryId: string;
  event: unknown;
}

/**
 * Looks over what a subscriber answers before a bus reads it. A bus that keeps neither reasons nor tries (Dapr's) loses
 * them otherwise.
 */
export type Settlement = (
  delivered: readonly Delivered[],
  statuses: BulkDeliveryAnswer['statuses'],
) => Promise<BulkDeliveryAnswer['statuses']>;

/** Where a subscriber of the dead-letter topic keeps what it reads: the same letter twice is one. */
export interface DeadLetterSink {
  keep(letters: readonly Pick<DeadLetter, 'id' | 'body' | 'reason' | 'attempts'>[]): Promise<void>;
}

export interface DeadLetters {
  list(limit: number): Promise<DeadLetter[]>;
  /** Puts dead letters back on their topic: one, or all. Returns how many. */
  replay(id: string | null): Promise<number>;
}

/** An alarm clock: putting the same alarm twice is putting it once; one that is lost is made good by the sweep. */
export interface JobScheduler {
  /** Rejects when any of them could not be put; all may be put again. */
  put(alarms: readonly { name: string; at: string; traceparent?: string | null }[]): Promise<void>;
}

/** Jobs that outlive every crash and come back with their data, again and again until they are done; the same name twice is one. */
export interface DurableJobs {
  /** Rejects when it could not be put; it may be put again. */
  putJob(job: { name: string; at: string; data: unknown }): Promise<void>;
}

/** A way by which people are told. */
export interface Delivery {
  /** Part of names and keys (ChannelName). */
  name: string;
  /** At least once, with an id that a receiver can tell repetitions by. Rejects with a reason that may be shown to the user. */
  deliver(event: ReminderDue, signal: AbortSignal): Promise<void>;
}

/** The receiver wants no more of it: trying again would change nothing. */
export class Undeliverable extends Error {
  override readonly name = 'Undeliverable';
}

/** What the worker asks of the backend. */
export interface BackendClient {
  ring(moment: string | null, traceparent: string | null): Promise<RingResponse>;
  moments(after: string | null, to: string): Promise<MomentsResponse>;
  /** What became of a delivery; may be told twice, and in any order. */
  report(receipt: Receipt, traceparent: string | null): Promise<void>;
}
