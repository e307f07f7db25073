/** The floor: a bare Node.js server that runs given SQL on an equal pool and writes the JSON out. As little as a server can do. */
import { randomUUIDv7 } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sessionSettings } from '@taskflow/adapters/postgres/connect.ts';
import pg from 'pg';

export interface FloorStatement {
  name?: string;
  text: string;
  values: unknown[];
}

/** What one path does: the statements of a page, of which the last has it, or a change whose answer is known but for its ids. */
export type FloorRoute =
  | { kind: 'page'; statements: FloorStatement[] }
  | { kind: 'change'; statement: FloorStatement; answer: string; fresh_ids: string[] };

export interface FloorSetup {
  connection: pg.PoolConfig;
  routes: Record<string, FloorRoute>;
}

process.once('message', ({ connection, routes }: FloorSetup) => {
  const pool = new pg.Pool({ ...connection, options: sessionSettings.options });
  const work = new Map(Object.entries(routes).map(([path, route]) => [path, workOf(pool, route)]));
  const server = createServer((request, response) => {
    const run = work.get(request.url ?? '');
    if (run === undefined) return void response.writeHead(404).end();
    run(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
});
process.once('disconnect', () => process.exit(0));

interface Page {
  items: string | null;
  last: string[] | null;
}

type Work = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

function workOf(pool: pg.Pool, route: FloorRoute): Work {
  if (route.kind === 'page') {
    return async (_request, response) => {
      let page: Page | undefined;
      for (const statement of route.statements) page = (await pool.query<Page>(statement)).rows[0];
      send(response, 200, `{"items":[${page?.items ?? ''}],"next_cursor":${JSON.stringify(page?.last ?? null)}}`);
    };
  }
  const { name, text } = route.statement;
  const fill = templates([...route.statement.values, route.answer], route.fresh_ids);
  return async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    JSON.parse(Buffer.concat(chunks).toString());
    const values = fill();
    const answer = values.pop() as string;
    await pool.query({ ...(name === undefined ? {} : { name }), text, values });
    send(response, 201, answer);
  };
}

function send(response: ServerResponse, status: number, json: string): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(json) })
    .end(json);
}

/** Values with new ids in the place of those that were captured, cut apart beforehand; a list (of tags) is left as it is. */
function templates(values: readonly unknown[], ids: readonly string[]): () => unknown[] {
  const isId = new RegExp(`(${ids.join('|')})`);
  const pieces = values.map((value) => ({ value, parts: typeof value === 'string' ? value.split(isId) : null }));
  return () => {
    const fresh = new Map(ids.map((id) => [id, randomUUIDv7()]));
    const fill = (parts: string[]) => parts.map((part, index) => (index % 2 === 1 ? fresh.get(part) : part)).join('');
    return pieces.map(({ value, parts }) => (parts === null || parts.length === 1 ? value : fill(parts)));
  };
}
