/** Runs in the node's network: what comes in at a socket goes on to an address of the cluster. Ends with its standard input. */
import { connect, createServer } from 'node:net';
import { joinSockets } from './join-sockets.ts';

const [socket = '', host = '', port = ''] = process.argv.slice(2);

createServer({ allowHalfOpen: true }, (from) =>
  joinSockets(from, connect({ host, port: Number(port), allowHalfOpen: true })),
).listen(socket, () => console.log('listening'));
process.stdin.on('end', () => process.exit()).resume();
