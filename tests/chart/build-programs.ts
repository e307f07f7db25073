/** Before the tests of the chart: what they run is built, which takes minutes the first time on a machine. */
import { helm, kubeconform, kubeScore } from './programs.ts';
import { ensureSchemas } from './schemas.ts';

export async function setup(): Promise<void> {
  for (const ensure of [helm, kubeconform, kubeScore, ensureSchemas]) await ensure();
}
