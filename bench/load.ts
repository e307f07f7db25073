/** The load generator, as a process of its own: its CPU is in nobody's figures. */
import autocannon from 'autocannon';

export interface Load {
  url: string;
  requests: { method: 'GET' | 'POST'; path: string; headers: Record<string, string>; body?: string }[];
  amount: number;
  connections: number;
}

export interface LoadReport {
  ok: number;
  failed: number;
  bytes: number;
}

process.on('message', async (load: Load) => {
  const result = await autocannon({ ...load, timeout: 30 });
  const report: LoadReport = {
    ok: result['2xx'],
    failed: result.non2xx + result.errors + result.timeouts,
    bytes: result.throughput.total,
  };
  process.send?.(report);
});
process.once('disconnect', () => process.exit(0));
