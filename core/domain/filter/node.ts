/** The tree that a filter means: dates are resolved and names are checked, so that a query can be made of it without a further question. */

export type FilterStatus = 'pending' | 'completed' | 'missed';
export type FilterDateField = 'due' | 'created' | 'updated' | 'completed';
export type FilterComparison = '=' | '<' | '<=' | '>' | '>=';
export type FilterHas = 'due' | 'reminder' | 'description' | 'subtasks';
/** none, low, medium, high, urgent */
export type PriorityRank = 0 | 1 | 2 | 3 | 4;

export type FilterNode =
  | { kind: 'and' | 'or'; children: FilterNode[] }
  | { kind: 'not'; child: FilterNode }
  /** Words to find in title, description and tags; `exact` when they stood in quotes. */
  | { kind: 'text'; value: string; exact: boolean }
  | { kind: 'status'; value: FilterStatus }
  | { kind: 'priority'; op: FilterComparison; rank: PriorityRank }
  /** Compared without case; a project by its name or its id. */
  | { kind: 'tag' | 'project'; value: string }
  /** Days in the user's zone, from the first up to but not including the second; null is unbounded, never both. */
  | { kind: 'date'; field: FilterDateField; from: string | null; to: string | null }
  | { kind: 'overdue' }
  | { kind: 'is'; value: 'recurring' | 'subtask' }
  | { kind: 'has'; value: FilterHas };

export interface FilterContext {
  /** YYYY-MM-DD in the user's zone */
  today: string;
}
