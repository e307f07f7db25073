/** The tables as rows come back from the driver: instants are ISO 8601 text in UTC, to the millisecond. */
import type { Receipt } from '@taskflow/core/contracts/jobs.ts';
import type { Notification, Project, SavedFilter, Tag } from '@taskflow/core/contracts/model.ts';
import type {
  LedgerRow,
  OccurrenceRecord,
  SeriesRecord,
  TaskRecord,
  UserSettings,
} from '@taskflow/core/domain/model.ts';

export interface Database {
  project: Project & NameKey;
  user_settings: UserSettings;
  tag: Tag & NameKey;
  saved_filter: SavedFilter & NameKey;
  series: SeriesRecord;
  task: Omit<TaskRecord, 'priority'> & {
    priority: number;
    tag_keys: string[];
    title_key: string;
    search_text: string;
    words_short: string[];
  };
  series_occurrence: OccurrenceRecord;
  ledger: LedgerRow;
  notification: Omit<Notification, 'deliveries'>;
  delivery: Receipt;
  event: EventRow;
  relay_place: { name: string; xid: string; seq: number };
  idempotency_key: StoredAnswerRow;
  installation: { name: string; value: string };
}

/** The name as it is compared: without regard to case, accents and spacing. */
interface NameKey {
  name_key: string;
}

interface EventRow {
  xid: string;
  seq: number;
  id: string;
  type: string;
  subject: string;
  owner_id: string;
  time: string;
  body: string;
}

interface StoredAnswerRow {
  owner_id: string;
  key: string;
  request_hash: string;
  status: number;
  headers: Record<string, string>;
  body: string;
  created_at: string;
}
