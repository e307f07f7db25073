/** `npm run bench -- [names] [--check]`: measures, prints one table and writes it as JSON; with --check a broken limit fails. */
import { type Judged, judge, machine, printTable, type Row, writeResults } from './report.ts';

/** In the order in which they disturb each other least. */
const BENCHES: Readonly<Record<string, () => Promise<{ measure(): Promise<Row[]> }>>> = {
  'next-occurrence': () => import('./next-occurrence.ts'),
  refusals: () => import('./refusals.ts'),
  http: () => import('./http-cost.ts'),
  flatness: () => import('./flatness.ts'),
  lateness: () => import('./lateness.ts'),
  memory: () => import('./memory.ts'),
  distributed: () => import('./distributed.ts'),
};

const args = process.argv.slice(2);
const wanted = args.filter((arg) => arg !== '--check');
const unknown = wanted.find((name) => !(name in BENCHES));
if (unknown !== undefined) {
  console.error(`There is no benchmark ${unknown}: there are ${Object.keys(BENCHES).join(', ')}, and --check.`);
  process.exit(2);
}

console.log(Object.values(machine()).join(' | '));
const rows: Judged[] = [];
const failed: string[] = [];
for (const [name, load] of Object.entries(BENCHES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`measuring ${name} …`);
  try {
    const { measure } = await load();
    for (const row of await measure()) rows.push(judge(row));
  } catch (error) {
    console.error(error);
    failed.push(name);
  }
}
printTable(rows);
console.log(`written to ${writeResults(rows)}`);
const broken = rows.filter((row) => row.ok === false);
if (broken.length > 0) console.error(`${broken.length} of the limits are broken.`);
if (failed.length > 0) console.error(`Not measured: ${failed.join(', ')}.`);
process.exit(failed.length > 0 || (args.includes('--check') && broken.length > 0) ? 1 : 0);
