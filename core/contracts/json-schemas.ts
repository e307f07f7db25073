/** The contracts as JSON Schema, for those who do not speak TypeScript: made from the same schemas that check at run time. */
import { z } from 'zod';
import { ReminderDue, TaskCreated, TaskDeleted, TaskUpdated } from './events.ts';

export type Json = { [key: string]: unknown };

/** Every event by its type. */
export const EVENT_SCHEMAS = {
  'task.created': TaskCreated,
  'task.updated': TaskUpdated,
  'task.deleted': TaskDeleted,
  'reminder.due': ReminderDue,
} as const;

/** JSON Schema 2020-12, one document an event. */
export function eventJsonSchema(type: keyof typeof EVENT_SCHEMAS): Json {
  const { $schema, ...schema } = z.toJSONSchema(EVENT_SCHEMAS[type], { override: readable }) as Json;
  return { $schema, title: type, ...schema };
}

/** Draft 7, which is what AsyncAPI's own schemas are; named schemas once each, by their names. */
export function sharedSchemas(schemas: readonly z.ZodType[]): Record<string, Json> {
  const shared: Record<string, Json> = {};
  for (const schema of schemas) {
    const { definitions } = z.toJSONSchema(schema, { target: 'draft-7', override: readable }) as { definitions?: Json };
    Object.assign(shared, rewriteReferences(definitions ?? {}));
  }
  return shared;
}

/** A format says what the 400 characters of its pattern say. */
function readable({ jsonSchema }: { jsonSchema: { format?: string | undefined; pattern?: string | undefined } }): void {
  if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
}

function rewriteReferences(definitions: Json): Json {
  const text = JSON.stringify(definitions).replaceAll('"#/definitions/', '"#/components/schemas/');
  return JSON.parse(text) as Json;
}
