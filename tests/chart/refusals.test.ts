/** Wrong values are refused before anything is installed, with a message that names the value. */
import { expect, test } from 'vitest';
import { CHART, helm, run } from './programs.ts';
import { VALUES } from './render.ts';

const SCHEMA: [string, string][] = [
  ['backend.replica=3', "at '/backend': additional properties 'replica' not allowed"],
  ['backend.replicas=0', "at '/backend/replicas': minimum: got 0, want 1"],
  ['backend.replicas=two', "at '/backend/replicas': got string, want integer"],
  ['backend.signUp=maybe', "at '/backend/signUp': value must be one of 'open', 'closed'"],
  ['backend.resources.limits.memory=much', "at '/backend/resources/limits/memory'"],
  ['backend.resources.limits=null', "at '/backend/resources': missing property 'limits'"],
  ['backend.image.digest=sha256:12', "at '/backend/image/digest'"],
  ['image.tag=latest', "at '/image/tag': 'not' failed"],
  ['image.pullPolicy=Sometimes', "at '/image/pullPolicy'"],
  ['publicUrl=tasks.example.org', "at '/publicUrl': 'tasks.example.org' does not match pattern"],
  ['publicUrl=https://tasks.example.org/path', "at '/publicUrl'"],
  ['logLevel=loud', "at '/logLevel': value must be one of 'fatal', 'error', 'warn', 'info', 'debug', 'trace'"],
  ['worker.deliveryPausesSeconds=soon', "at '/worker/deliveryPausesSeconds'"],
  ['worker.webhook.url=https://example.org', "at '/worker/webhook': additional properties 'url' not allowed"],
  ['frontend.service.type=Door', "at '/frontend/service/type'"],
  ['frontend.service.port=70000', "at '/frontend/service/port': maximum: got 70,000, want 65,535"],
  ['frontend.shutdown.graceSeconds=0', "at '/frontend/shutdown/graceSeconds'"],
  ['dapr.goMemoryLimit=180', "at '/dapr/goMemoryLimit'"],
  ['networkPolicy.postgresql.to=null', "at '/networkPolicy/postgresql': missing property 'to'"],
  ['dapr=null', "missing property 'dapr'"],
  ['networkPolicy.postgresql.to[0].ipBlock.cidr=anywhere', "at '/networkPolicy/postgresql/to/0/ipBlock/cidr'"],
  ['networkPolicy.frontendFrom[0].cidr=10.0.0.0/8', "at '/networkPolicy/frontendFrom/0'"],
  ['ingress.enabled=true', "at '/ingress/host': minLength: got 0, want 1"],
  ['ingress.host=https://tasks.example.org', "at '/ingress/host'"],
  ['gateway.enabled=true,gateway.host=tasks.example.org', "at '/gateway/parentRefs': minItems: got 0, want 1"],
  ['monitoring.intervalSeconds=1', "at '/monitoring/intervalSeconds'"],
  ['topologyKeys=zone', "at '/topologyKeys': got string, want array"],
  ['nodeSelector.arch=64', "at '/nodeSelector/arch': got number, want string"],
  ['database.url=postgresql://example.org', "additional properties 'database' not allowed"],
];

const SENTENCES: [string, string, string][] = [
  [
    'ha',
    'gateway.enabled=true,gateway.host=a.example.org,gateway.parentRefs[0].name=public',
    'ingress.enabled and gateway.enabled are both true: TaskFlow has one address, so choose one of them.',
  ],
  [
    'keda',
    'worker.autoscaling.enabled=true',
    'worker.autoscaling.enabled and keda.enabled are both true: two autoscalers would fight over the worker',
  ],
  ['keda', 'keda.minReplicas=9', 'keda.minReplicas is 9, more than maxReplicas, 3.'],
  ['ha', 'frontend.autoscaling.minReplicas=9', 'frontend.autoscaling.minReplicas is 9, more than maxReplicas, 6.'],
  [
    'default',
    'worker.shutdown.graceSeconds=20',
    'worker.shutdown.graceSeconds is 20, but pause and sidecar need 35: the pod would be killed before it has ended.',
  ],
  [
    'default',
    'backend.shutdown.sidecarSeconds=60',
    'backend.shutdown.sidecarSeconds is 60, not less than pauseSeconds, 54: calls would still come in',
  ],
];

async function refusal(name: string, set: string): Promise<string> {
  const args = ['template', 'todo-app', CHART, '--values', VALUES[name] ?? '', '--set', set];
  const { code, stderr } = await run(await helm(), args);
  expect(code, set).not.toBe(0);
  return stderr;
}

test.for(SCHEMA)('%s', async ([set, message]) => {
  expect(await refusal('default', set)).toContain(message);
});

test.for(SENTENCES)('%s with %s', async ([name, set, sentence]) => {
  expect(await refusal(name, set)).toContain(sentence);
});
