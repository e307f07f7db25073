/** One line of text becomes a task (spec section 5, quick add), and what an import took and could not take. */
import { z } from 'zod';
import { Id, Offset, text } from './common.ts';
import { Priority, RepeatFrom, Task } from './task.ts';

export const QuickAddRequest = z
  .strictObject({
    text: text(1_000).min(1),
    project_id: Id.optional().meta({ description: 'Where it goes when the line names none.' }),
  })
  .meta({ id: 'QuickAddRequest' });

export const QuickAddSpan = z
  .strictObject({
    start: z.int(),
    end: z.int().meta({ description: 'Exclusive; both count UTF-16 units.' }),
    kind: z.enum(['project', 'tag', 'priority', 'due_date', 'recurrence_rule', 'reminder']),
    text: z.string(),
    value: z.string(),
  })
  .meta({ id: 'QuickAddSpan' });
export type QuickAddSpan = z.infer<typeof QuickAddSpan>;

export const QuickAddParsed = z
  .strictObject({
    title: z.string(),
    project: z.string().nullable(),
    tags: z.array(z.string()),
    priority: Priority,
    due_date: z.string().nullable(),
    recurrence_rule: z.string().nullable(),
    repeat_from: RepeatFrom,
    reminders: z.array(z.union([z.strictObject({ offset: Offset }), z.strictObject({ at: z.string() })])).nullable(),
    spans: z.array(QuickAddSpan),
  })
  .meta({ id: 'QuickAddParsed' });

/** `task` is null for `dry_run=true`. */
export const QuickAddResponse = z
  .strictObject({ parsed: QuickAddParsed, task: Task.nullable() })
  .meta({ id: 'QuickAddResponse' });

export const ImportReport = z
  .strictObject({
    source: z.enum(['todoist-csv', 'icalendar']),
    dry_run: z.boolean(),
    tasks: z.int().meta({ description: 'How many tasks were (or, for a dry run, would be) made.' }),
    projects: z.array(z.string()).meta({ description: 'Projects that were made for them.' }),
    issues: z.array(
      z.strictObject({
        line: z.int(),
        item: z.string(),
        field: z.string().nullable(),
        message: z.string(),
        severity: z.enum(['skipped', 'changed']),
      }),
    ),
  })
  .meta({ id: 'ImportReport' });
export type ImportReport = z.infer<typeof ImportReport>;
