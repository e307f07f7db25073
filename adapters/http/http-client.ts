/** Calls between our own processes: connections stay open, every call has its own time-out, and a failure says whether it may have been handled. */
import http from 'node:http';

/** A Unix socket (a named pipe on Windows), or an address such as `http://backend:3000`. */
export type HttpTarget = { socket_path: string } | { url: string };

/** No connection came about: nobody has seen the request. */
export class Unreachable extends Error {
  override readonly name = 'Unreachable';
}

/** The request was sent and no whole answer came: it may have been handled, or not. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered';
}

export interface HttpAnswer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
}

export interface HttpClient {
  /** Everything sent with it must be safe to send twice. */
  send(method: 'GET' | 'POST', path: string, body?: string, headers?: Record<string, string>): Promise<HttpAnswer>;
  close(): void;
}

export interface HttpClientOptions {
  target: HttpTarget;
  headers: Record<string, string>;
  timeout_ms: number;
}

const SOCKETS_MAX = 8;
const ANSWER_BYTES_MAX = 8_000_000;

export function openHttpClient({ target, headers, timeout_ms }: HttpClientOptions): HttpClient {
  const agent = new http.Agent({ keepAlive: true, maxSockets: SOCKETS_MAX, timeout: timeout_ms });
  return {
    async send(method, path, body, more = {}) {
      const send = () => sendOnce({ agent, target, method, path, headers: { ...headers, ...more }, timeout_ms, body });
      try {
        return await send();
      } catch (error) {
        if (!(error instanceof ClosedWhileIdle)) throw error;
        // The server may close an idle connection in the moment we use it: once more, on another one. If it is gone by
        // then, it went while it had our request, which is not the same as never having been there.
        return await send().catch((second: Error) => {
          throw second instanceof Unreachable ? error : second;
        });
      }
    },
    close: () => agent.destroy(),
  };
}

class ClosedWhileIdle extends Unanswered {}

interface Sending {
  agent: http.Agent;
  target: HttpTarget;
  method: string;
  path: string;
  headers: Record<string, string>;
  timeout_ms: number;
  body: string | undefined;
}

function sendOnce({ agent, target, method, path, headers, timeout_ms, body }: Sending): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const options: http.RequestOptions = {
      agent,
      method,
      headers: body === undefined ? headers : { ...headers, ...contentHeaders(body) },
    };
    const request =
      'socket_path' in target
        ? http.request({ ...options, socketPath: target.socket_path, path })
        : http.request(new URL(path, target.url), options);
    // One time-out for the whole exchange: a socket's own one starts anew with every byte.
    const timer = setTimeout(() => request.destroy(new Error(`no answer in ${timeout_ms} ms`)), timeout_ms);
    let connected = false;
    request.once('socket', (socket) => {
      if (socket.connecting) socket.once('connect', () => (connected = true));
      else connected = true;
    });
    const fail = (error: Error) => {
      clearTimeout(timer);
      request.destroy();
      const message = `${method} ${path}: ${error.message}`;
      if (!connected) reject(new Unreachable(message));
      else reject(request.reusedSocket && isReset(error) ? new ClosedWhileIdle(message) : new Unanswered(message));
    };
    request.once('error', fail);
    request.once('response', (response) => {
      readAnswer(response).then((text) => {
        clearTimeout(timer);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      }, fail);
    });
    request.end(body);
  });
}

const contentHeaders = (body: string) => ({
  'content-type': 'application/json',
  'content-length': String(Buffer.byteLength(body)),
});

const isReset = (error: Error): boolean =>
  ['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '');

async function readAnswer(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) throw new Error(`an answer of more than ${ANSWER_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
