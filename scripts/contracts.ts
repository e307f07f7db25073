/** `npm run contracts` writes core/contracts/generated from the schemas; with `--check` it only says whether that is up to date. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { asyncApi } from '@taskflow/core/contracts/async-api.ts';
import { EVENT_SCHEMAS, eventJsonSchema } from '@taskflow/core/contracts/json-schemas.ts';

const ROOT = path.join(import.meta.dirname, '..');
const FOLDER = path.join(ROOT, 'core', 'contracts', 'generated');

type EventType = keyof typeof EVENT_SCHEMAS;

/** Each document by its file name. */
function documents(): Map<string, unknown> {
  const { version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as { version: string };
  return new Map<string, unknown>([
    ['asyncapi.json', asyncApi(version)],
    ...Object.keys(EVENT_SCHEMAS).map((type): [string, unknown] => [
      `${type}.json`,
      eventJsonSchema(type as EventType),
    ]),
  ]);
}

const wanted = new Map([...documents()].map(([name, document]) => [name, `${JSON.stringify(document, null, 2)}\n`]));
mkdirSync(FOLDER, { recursive: true });
const found = new Map(readdirSync(FOLDER).map((name) => [name, readFileSync(path.join(FOLDER, name), 'utf8')]));

const differing = [...new Set([...wanted.keys(), ...found.keys()])].filter(
  (name) => wanted.get(name) !== found.get(name),
);

if (process.argv.includes('--check')) {
  if (differing.length > 0) {
    console.error(`core/contracts/generated is not up to date (${differing.join(', ')}): run npm run contracts.`);
    process.exitCode = 1;
  }
} else {
  for (const name of differing) {
    const text = wanted.get(name);
    if (text === undefined) rmSync(path.join(FOLDER, name));
    else writeFileSync(path.join(FOLDER, name), text);
  }
  console.log(differing.length === 0 ? 'The contracts are up to date.' : `Written: ${differing.join(', ')}`);
}
