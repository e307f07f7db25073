/** A Todoist CSV becomes rows with their names and line numbers; what is not such a file is refused as a whole. */
import { CsvError, parse } from 'csv-parse/sync';
import { malformedFile, tasks_max } from './plan.ts';

const columns = [
  'TYPE',
  'CONTENT',
  'DESCRIPTION',
  'PRIORITY',
  'INDENT',
  'DATE',
  'DATE_LANG',
  'TIMEZONE',
  'DURATION',
  'DURATION_UNIT',
  'DEADLINE',
  'DEADLINE_LANG',
] as const;

/** Every column is there; one that the file does not have is empty. */
export type TodoistRow = { line: number } & Readonly<Record<(typeof columns)[number], string>>;

/**
 * Comments and sections come on top of the tasks. Blank rows count too: csv-parse takes about 10 µs for any record, so
 * that 20 MiB of line ends took four minutes.
 */
const rows_max = 10 * tasks_max;
const columns_max = 1_000;

export function todoistRows(text: string): TodoistRow[] {
  const rows: TodoistRow[] = [];
  let places: ReadonlyMap<string, number> | null = null;
  let next_line = 1;
  let records = 0;
  const take = (cells: string[], lines: number): void => {
    const line = next_line;
    next_line = lines + 1;
    records += 1;
    if (records > rows_max) throw malformedFile(`has more than ${rows_max} rows`);
    if (cells.every((cell) => cell.trim() === '')) return;
    if (places === null) places = header(cells);
    else rows.push(row(cells, places, line));
  };
  try {
    parse(text, {
      delimiter: delimiterOf(text),
      relax_column_count: true,
      // Nothing is kept by the library: a file of twenty million commas would be as many records.
      on_record: (cells: string[], { lines }) => {
        take(cells, lines);
        return null;
      },
    });
  } catch (error) {
    if (error instanceof CsvError) throw malformedFile(`is not readable as CSV: ${error.message}`);
    throw error;
  }
  if (places === null) throw malformedFile('is empty');
  return rows;
}

/** Spreadsheets of some countries save with semicolons. */
const delimiterOf = (text: string): string => /^[\s",;\t]*TYPE"?([;\t])/i.exec(text.slice(0, 200))?.[1] ?? ',';

function header(cells: string[]): ReadonlyMap<string, number> {
  if (cells.length > columns_max) throw malformedFile(`has more than ${columns_max} columns`);
  const places = new Map(cells.map((cell, i) => [cell.trim().toUpperCase(), i]));
  if (!places.has('TYPE') || !places.has('CONTENT')) {
    throw malformedFile('has no columns TYPE and CONTENT in its first row, so it is not a Todoist CSV');
  }
  return places;
}

function row(cells: string[], places: ReadonlyMap<string, number>, line: number): TodoistRow {
  const named = columns.map((name) => [name, cells[places.get(name) ?? -1]?.trim() ?? '']);
  return { line, ...(Object.fromEntries(named) as Omit<TodoistRow, 'line'>) };
}
