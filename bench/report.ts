/** A measurement is a row: its value, what it is compared with in the same run, and the limit it must keep. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findPostgres } from '@taskflow/adapters/embedded/postgres-binaries.ts';

export interface Row {
  name: string;
  value: number;
  unit: string;
  /** What the same work costs without TaskFlow, in the same unit. */
  baseline?: number;
  /** Of the ratio where there is a baseline, else of the value; rows without one are there to be read. */
  limit?: number;
  /** What the value is made of. */
  detail?: string;
}

export interface Judged extends Row {
  ratio: number | null;
  ok: boolean | null;
}

export function judge(row: Row): Judged {
  const ratio = row.baseline === undefined ? null : row.value / row.baseline;
  return { ...row, ratio, ok: row.limit === undefined ? null : (ratio ?? row.value) <= row.limit };
}

export function printTable(rows: readonly Judged[]): void {
  const head = ['what', 'value', 'unit', 'baseline', 'ratio', 'limit', 'ok', 'made of'];
  const lines = rows.map((row) => [
    row.name,
    short(row.value),
    row.unit,
    row.baseline === undefined ? '' : short(row.baseline),
    row.ratio === null ? '' : `${row.ratio.toFixed(2)}x`,
    row.limit === undefined ? '' : `${row.limit}${row.ratio === null ? '' : 'x'}`,
    row.ok === null ? '' : row.ok ? 'yes' : 'NO',
    row.detail ?? '',
  ]);
  const widths = head.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column]!.length)));
  const isNumber = (column: number) => column === 1 || (column > 2 && column < 6);
  for (const line of [head, widths.map((width) => '-'.repeat(width)), ...lines]) {
    const cells = line.map((cell, column) =>
      isNumber(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
    );
    console.log(cells.join('  ').trimEnd());
  }
}

const short = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3).replace(/\.?0+$/, '');

/** The file's name. */
export function writeResults(rows: readonly Judged[]): string {
  const at = Temporal.Now.instant().round('second').toString();
  const folder = path.join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, `${at.replaceAll(':', '')}.json`);
  writeFileSync(file, `${JSON.stringify({ at, machine: machine(), rows }, null, 2)}\n`);
  return file;
}

export function machine() {
  const [cpu] = os.cpus();
  return {
    cpu: cpu?.model.trim() ?? 'unknown',
    cores: os.availableParallelism(),
    memory_mb: Math.round(os.totalmem() / 2 ** 20),
    platform: `${os.platform()} ${os.release()} ${os.arch()}`,
    node: process.versions.node,
    postgres: execFileSync(findPostgres().postgres, ['--version'], { encoding: 'utf8' }).trim(),
    load_average: os.loadavg()[0]!.toFixed(2),
  };
}
