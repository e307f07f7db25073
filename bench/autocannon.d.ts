/** What the benchmarks use of autocannon, which comes without types. */
declare module 'autocannon' {
  interface Options {
    url: string;
    connections: number;
    amount: number;
    timeout: number;
    requests: { method: string; path: string; headers: Record<string, string>; body?: string }[];
  }
  interface Result {
    '2xx': number;
    non2xx: number;
    errors: number;
    timeouts: number;
    throughput: { total: number };
  }
  export default function autocannon(options: Options): Promise<Result>;
}
