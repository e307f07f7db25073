/** Tells from a file's beginning, and from its name where that says more, which importer reads it. */

export type ImportFormat = 'todoist-csv' | 'icalendar';

/** Enough for a header line behind a few blank ones. */
const head_length = 2_000;

export function detectFormat(text: string, file_name?: string): ImportFormat | null {
  const head = text
    .slice(0, head_length)
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (/^BEGIN:VCALENDAR\b/i.test(head)) return 'icalendar';
  const columns = (head.split(/\r?\n/, 1)[0] ?? '')
    .split(/[,;\t]/)
    .map((name) => name.replace(/"/g, '').trim().toUpperCase());
  if (columns.includes('TYPE') && columns.includes('CONTENT')) return 'todoist-csv';
  // Its reader can say what is wrong with a calendar; any other table could mean anything.
  return /\.(?:ics|ical|icalendar)$/i.test(file_name ?? '') ? 'icalendar' : null;
}
