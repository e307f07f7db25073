/** Events in their order, in batches that are bounded in number and in characters; one that is larger alone goes alone. */

export interface BatchLimits {
  events_max: number;
  characters_max: number;
}

export function* batches<E extends { body: string }>(events: readonly E[], limits: BatchLimits): Generator<E[]> {
  let batch: E[] = [];
  let characters = 0;
  for (const event of events) {
    const full = batch.length === limits.events_max || characters + event.body.length > limits.characters_max;
    if (batch.length > 0 && full) {
      yield batch;
      [batch, characters] = [[], 0];
    }
    batch.push(event);
    characters += event.body.length;
  }
  if (batch.length > 0) yield batch;
}
