/** Runs in the node's network: what comes in at a socket goes on to an address of the cluster. Ends with its standard input. */
import { connect, createServer } from 'node:net';

const [socket = '', host = '', port = ''] = process.argv.slice(2);

const server = createServer({ allowHalfOpen: true }, (from) => {
  const to = connect({ host, port: Number(port), allowHalfOpen: true });
  from.pipe(to);
  to.pipe(from);
  for (const [one, other] of [
    [from, to],
    [to, from],
  ] as const)
    one.on('error', () => other.destroy()).on('close', () => other.destroy());
});
server.listen(socket, () => console.log('listening'));
process.stdin.on('end', () => process.exit()).resume();
