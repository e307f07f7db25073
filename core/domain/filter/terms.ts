/** Each key of the filter language has one row here, which says what its value may be. */
import { dateTerm } from './dates.ts';
import type {
  FilterComparison,
  FilterContext,
  FilterDateField,
  FilterHas,
  FilterNode,
  FilterStatus,
  PriorityRank,
} from './node.ts';
import { type FilterToken, filterFault } from './scan.ts';

type KeyToken = Extract<FilterToken, { kind: 'key' }>;
type Reader = (value: string, position: number, context: FilterContext) => FilterNode;

const statuses: readonly FilterStatus[] = ['pending', 'completed', 'missed'];
const priorities = ['none', 'low', 'medium', 'high', 'urgent'] as const;
const traits = ['recurring', 'overdue', 'subtask'] as const;
const parts: readonly FilterHas[] = ['due', 'reminder', 'description', 'subtasks'];

const date =
  (field: FilterDateField): Reader =>
  (value, position, context) =>
    dateTerm(field, value, position, context);

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['status', (value, position) => ({ kind: 'status', value: oneOf('status', value, statuses, position) })],
  ['priority', priority],
  ['tag', (value) => ({ kind: 'tag', value })],
  ['project', (value) => ({ kind: 'project', value })],
  [
    'due',
    (value, position, context) =>
      value.toLowerCase() === 'overdue' ? { kind: 'overdue' } : dateTerm('due', value, position, context),
  ],
  ['created', date('created')],
  ['updated', date('updated')],
  ['completed', date('completed')],
  [
    'is',
    (value, position) => {
      const trait = oneOf('is', value, traits, position);
      return trait === 'overdue' ? { kind: 'overdue' } : { kind: 'is', value: trait };
    },
  ],
  ['has', (value, position) => ({ kind: 'has', value: oneOf('has', value, parts, position) })],
  ['no', (value, position) => ({ kind: 'not', child: { kind: 'has', value: oneOf('no', value, parts, position) } })],
]);

export function keyTerm(token: KeyToken, context: FilterContext): FilterNode {
  const reader = readers.get(token.key.toLowerCase());
  if (!reader) {
    const keys = [...readers.keys()].join(', ');
    throw filterFault(
      token.position,
      `there is no key “${token.key}”; the keys are ${keys}; put text with a colon in quotes`,
    );
  }
  const value = token.value.trim();
  if (value === '') throw filterFault(token.value_position, `${token.key} needs a value right after the colon`);
  return reader(value, token.value_position, context);
}

function priority(value: string, position: number): FilterNode {
  const compared = /^(<=|>=|<|>)?(.*)$/s.exec(value);
  const op = (compared?.[1] ?? '=') as FilterComparison;
  const name = oneOf('priority', compared?.[2] ?? '', priorities, position);
  return { kind: 'priority', op, rank: priorities.indexOf(name) as PriorityRank };
}

function oneOf<T extends string>(key: string, value: string, allowed: readonly T[], position: number): T {
  const lower = value.toLowerCase();
  const found = allowed.find((one) => one === lower);
  if (found === undefined) throw filterFault(position, `${key} is one of ${allowed.join(', ')}`);
  return found;
}
