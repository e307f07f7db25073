/** `npm run chart-readme` writes the chart's README from the comments of its values; with `--check` it only says whether that is up to date. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { documentValues } from './chart-values.ts';

const CHART = path.join(import.meta.dirname, '..', 'helm', 'todo-app');
const FILE = path.join(CHART, 'README.md');

/** What no value says; `VALUES` is where the table goes. */
const template = readFileSync(path.join(CHART, 'README.template.md'), 'utf8');
const rows = documentValues(readFileSync(path.join(CHART, 'values.yaml'), 'utf8')).map(
  ({ name, initial, meaning }) => `| \`${name}\` | ${meaning.replaceAll('|', '\\|')} | \`${initial}\` |`,
);
const wanted = template.replace('VALUES', ['| value | meaning | default |', '|---|---|---|', ...rows].join('\n'));

if (!process.argv.includes('--check')) writeFileSync(FILE, wanted);
else if (readFileSync(FILE, 'utf8') !== wanted) {
  console.error('helm/todo-app/README.md is not up to date: run npm run chart-readme.');
  process.exitCode = 1;
}
