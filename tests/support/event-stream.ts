/** Reads Server-Sent Events as a browser does. */
export interface StreamEvent {
  id: string;
  event: string;
  // biome-ignore lint/suspicious/noExplicitAny: events of every shape
  data: any;
}

export interface EventStream {
  events: StreamEvent[];
  status: number;
  /** Resolves when an event satisfies the condition, now or later. */
  until(condition: (event: StreamEvent) => boolean, within_ms?: number): Promise<StreamEvent>;
  ended: Promise<void>;
  close(): void;
}

export async function openStream(url: string, headers: Record<string, string>, query = ''): Promise<EventStream> {
  const stopping = new AbortController();
  const response = await fetch(`${url}/api/events${query}`, { headers, signal: stopping.signal });
  const events: StreamEvent[] = [];
  const waiting = new Set<() => void>();
  const ended = read(response, (event) => {
    events.push(event);
    for (const check of waiting) check();
  }).catch(() => {});
  return {
    events,
    status: response.status,
    ended,
    close: () => stopping.abort(),
    until: (condition, within_ms = 5_000) =>
      new Promise((resolve, reject) => {
        const check = () => {
          const found = events.find(condition);
          if (found === undefined) return;
          waiting.delete(check);
          clearTimeout(timer);
          resolve(found);
        };
        const timer = setTimeout(() => {
          waiting.delete(check);
          reject(new Error(`the event did not come within ${within_ms} ms; there were ${events.length} others`));
        }, within_ms);
        waiting.add(check);
        check();
      }),
  };
}

async function read(response: Response, take: (event: StreamEvent) => void): Promise<void> {
  if (response.body === null) return;
  let rest = '';
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = Object.fromEntries(block.split('\n').map((line) => splitField(line)));
      if (fields.data !== undefined) {
        take({ id: fields.id ?? '', event: fields.event ?? 'message', data: JSON.parse(fields.data) });
      }
    }
  }
}

function splitField(line: string): [string, string] {
  const colon = line.indexOf(': ');
  return colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 2)];
}
