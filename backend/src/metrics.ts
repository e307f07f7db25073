/** What Prometheus may know: requests by route, how late rings are, how far stream and relay are behind the log. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export interface Metrics {
  registry: Registry;
  http: Histogram<'method' | 'route' | 'status'>;
  ring_late: Histogram;
  stream_lag: Histogram;
  streams: Gauge;
  streams_dropped: Counter;
  relay_behind: Gauge;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    http: new Histogram({
      name: 'taskflow_http_request_seconds',
      help: 'Time from a request to its answer.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
      registers,
    }),
    ring_late: new Histogram({
      name: 'taskflow_ring_late_seconds',
      help: 'From the moment of an alarm to the end of its ring.',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 10, 60],
      registers,
    }),
    stream_lag: new Histogram({
      name: 'taskflow_event_stream_lag_seconds',
      help: "From an event's time to its place in the users' streams.",
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    }),
    streams: new Gauge({ name: 'taskflow_event_streams', help: 'Open event streams.', registers }),
    streams_dropped: new Counter({
      name: 'taskflow_event_streams_dropped_total',
      help: 'Streams closed because the client read too slowly; it resumes.',
      registers,
    }),
    relay_behind: new Gauge({
      name: 'taskflow_relay_behind_events',
      help: 'How far the relay is behind the end of the event log, by sequence number.',
      registers,
    }),
  };
}
