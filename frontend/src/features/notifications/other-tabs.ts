/** A reminder that was answered in one tab goes from the others too: no event of the server tells of that. */
const NAME = 'taskflow-notifications';

export function tellOtherTabs(): void {
  const channel = new BroadcastChannel(NAME);
  channel.postMessage(null);
  channel.close();
}

export function listenToOtherTabs(answered: () => void): () => void {
  const channel = new BroadcastChannel(NAME);
  channel.onmessage = answered;
  return () => channel.close();
}
