/** The rest of the model: projects, tags, saved filters, series, notifications, settings, tokens. */
import { z } from 'zod';
import {
  ChannelName,
  DueDateInput,
  Id,
  Instant,
  line,
  Offset,
  page,
  TimeOfDay,
  TimeZone,
  text,
  Version,
} from './common.ts';
import { MissedPolicy, RepeatFrom, Task } from './task.ts';

export const Project = z
  .strictObject({
    id: Id,
    owner_id: Id,
    name: z.string(),
    color: z.string().nullable(),
    is_inbox: z.boolean(),
    position: z.string(),
    version: Version,
    created_at: Instant,
    updated_at: Instant,
  })
  .meta({ id: 'Project' });
export type Project = z.infer<typeof Project>;
const Color = z.string().regex(/^#[0-9a-fA-F]{6}$/, 'is not a colour such as #1d7a5f');
export const ProjectCreate = z
  .strictObject({ name: line(100), color: Color.nullable().optional() })
  .meta({ id: 'ProjectCreate' });
export const ProjectPatch = z
  .strictObject({ name: line(100).optional(), color: Color.nullable().optional(), after_id: Id.nullable().optional() })
  .meta({ id: 'ProjectPatch' });
export const ProjectPage = page(Project, 'ProjectPage');
export type ProjectCreate = z.infer<typeof ProjectCreate>;
export type ProjectPatch = z.infer<typeof ProjectPatch>;

export const Tag = z
  .strictObject({
    id: Id,
    owner_id: Id,
    name: z.string(),
    color: z.string().nullable(),
    version: Version,
    created_at: Instant,
    updated_at: Instant,
  })
  .meta({ id: 'Tag' });
export type Tag = z.infer<typeof Tag>;
export const TagCreate = z
  .strictObject({ name: line(50), color: Color.nullable().optional() })
  .meta({ id: 'TagCreate' });
export const TagPatch = z
  .strictObject({ name: line(50).optional(), color: Color.nullable().optional() })
  .meta({ id: 'TagPatch' });
export const TagPage = page(Tag, 'TagPage');
export type TagCreate = z.infer<typeof TagCreate>;
export type TagPatch = z.infer<typeof TagPatch>;

export const SavedFilter = z
  .strictObject({
    id: Id,
    owner_id: Id,
    name: z.string(),
    filter: z.string(),
    sort: z.string(),
    version: Version,
    created_at: Instant,
    updated_at: Instant,
  })
  .meta({ id: 'SavedFilter' });
export type SavedFilter = z.infer<typeof SavedFilter>;
export const SavedFilterCreate = z
  .strictObject({ name: line(100), filter: text(1_000), sort: text(200).optional() })
  .meta({ id: 'SavedFilterCreate' });
export const SavedFilterPatch = SavedFilterCreate.partial().meta({ id: 'SavedFilterPatch' });
export const SavedFilterPage = page(SavedFilter, 'SavedFilterPage');
export type SavedFilterCreate = z.infer<typeof SavedFilterCreate>;
export type SavedFilterPatch = z.infer<typeof SavedFilterPatch>;

export const Series = z
  .strictObject({
    id: Id,
    owner_id: Id,
    recurrence_rule: z.string(),
    anchor: z.string().meta({ description: 'DTSTART in wall-clock time.' }),
    time_zone: z.string(),
    exceptions: z.array(z.string()),
    repeat_from: RepeatFrom,
    missed_policy: MissedPolicy,
    paused: z.boolean(),
    ended_at: Instant.nullable(),
    latest_occurrence: z.string(),
    next_occurrence: z.string().nullable(),
    appears_at: Instant.nullable().meta({ description: 'When the next occurrence appears by itself.' }),
    version: Version,
    created_at: Instant,
    updated_at: Instant,
  })
  .meta({ id: 'Series' });
export type Series = z.infer<typeof Series>;
export const SeriesPatch = z
  .strictObject({
    paused: z.boolean().optional(),
    missed_policy: MissedPolicy.optional(),
    exceptions: z.array(DueDateInput).max(1_000).optional(),
  })
  .meta({ id: 'SeriesPatch' });
export type SeriesPatch = z.infer<typeof SeriesPatch>;

export const OUTCOMES = ['open', 'completed', 'missed', 'skipped'] as const;
export const Occurrences = z
  .strictObject({
    upcoming: z.array(z.strictObject({ occurrence: z.string(), due_date: z.string() })),
    history: z.array(
      z.strictObject({ occurrence: z.string(), outcome: z.enum(OUTCOMES), task_id: Id.nullable(), at: Instant }),
    ),
    streak: z.int().meta({ description: 'Occurrences completed in a row, up to now.' }),
  })
  .meta({ id: 'Occurrences' });
export type Occurrences = z.infer<typeof Occurrences>;

export const DELIVERY_OUTCOMES = ['delivered', 'failed'] as const;
/** What became of a notification on one channel: delivered, or given up after so many tries. */
export const ChannelDelivery = z
  .strictObject({
    channel: ChannelName,
    status: z.enum(DELIVERY_OUTCOMES),
    attempts: z.int().min(1).max(1_000),
    reason: text(500).nullable().meta({ description: 'Why it was given up; null when it was delivered.' }),
    at: Instant,
  })
  .meta({ id: 'ChannelDelivery' });
export type ChannelDelivery = z.infer<typeof ChannelDelivery>;
export const Notification = z
  .strictObject({
    id: Id,
    owner_id: Id,
    task_id: Id,
    reminder_id: Id,
    message: z.string(),
    due_date: z.string().nullable(),
    scheduled_for: Instant,
    late_by: z.int().meta({ description: 'Milliseconds between the moment and the ring.' }),
    created_at: Instant,
    read_at: Instant.nullable(),
    snoozed_until: Instant.nullable(),
    deliveries: z
      .array(ChannelDelivery)
      .meta({ description: 'By channel; one that is still being tried is not there yet.' }),
  })
  .meta({ id: 'Notification' });
export type Notification = z.infer<typeof Notification>;
export const NotificationPage = page(Notification, 'NotificationPage');
export const NotificationPatch = z.strictObject({ read: z.boolean() }).meta({ id: 'NotificationPatch' });
export const Snooze = z
  .union([z.strictObject({ until: Instant }), z.strictObject({ for: Offset })])
  .meta({ id: 'Snooze' });
export type Snooze = z.infer<typeof Snooze>;
export const SnoozeResult = z.strictObject({ notification: Notification, task: Task }).meta({ id: 'SnoozeResult' });

export const Settings = z
  .strictObject({
    time_zone: z.string(),
    day_start: z.string(),
    week_start: z.enum(['MO', 'SU']),
    default_reminders: z.array(z.strictObject({ offset: Offset })),
    inbox_id: Id,
  })
  .meta({ id: 'Settings' });
export type Settings = z.infer<typeof Settings>;
export const SettingsPatch = z
  .strictObject({
    time_zone: TimeZone.optional(),
    day_start: TimeOfDay.optional(),
    week_start: z.enum(['MO', 'SU']).optional(),
    default_reminders: z
      .array(z.strictObject({ offset: Offset }))
      .max(10)
      .optional(),
  })
  .meta({ id: 'SettingsPatch' });
export type SettingsPatch = z.infer<typeof SettingsPatch>;

export const TOKEN_SCOPES = ['read', 'write'] as const;
export const Token = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.enum(TOKEN_SCOPES)),
    start: z.string().nullable().meta({ description: 'The first characters, to tell tokens apart.' }),
    created_at: Instant,
    expires_at: Instant.nullable(),
    last_used_at: Instant.nullable(),
  })
  .meta({ id: 'Token' });
export type Token = z.infer<typeof Token>;
export const TokenCreate = z
  .strictObject({
    name: line(32),
    scopes: z.array(z.enum(TOKEN_SCOPES)).min(1).max(2).optional(),
    expires_in_days: z.int().min(1).max(3_650).nullable().optional(),
  })
  .meta({ id: 'TokenCreate' });
export const TokenCreated = z
  .strictObject({ ...Token.shape, token: z.string().meta({ description: 'Shown once.' }) })
  .meta({ id: 'TokenCreated' });
export const TokenPage = page(Token, 'TokenPage');
