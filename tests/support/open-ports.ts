/** Which ports of a process the whole network can reach, as Linux has it in proc(5). */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Those it listens on at an address that is not loopback. */
export function openPortsOf(pid: number): number[] {
  const mine = new Set(readdirSync(`/proc/${pid}/fd`).map((fd) => linkOf(`/proc/${pid}/fd/${fd}`)));
  return ['tcp', 'tcp6']
    .flatMap((table) => readFileSync(`/proc/net/${table}`, 'utf8').trim().split('\n').slice(1))
    .map((row) => row.trim().split(/\s+/))
    .filter(([, , , state, , , , , , inode]) => state === LISTENING && mine.has(`socket:[${inode}]`))
    .map(([, address = '']) => address.split(':') as [string, string])
    .filter(([address]) => !LOOPBACK.has(address))
    .map(([, port]) => Number.parseInt(port, 16));
}

const LISTENING = '0A';

/** 127.0.0.1, ::1 and ::ffff:127.0.0.1, in words of the machine's own byte order. */
const LOOPBACK = new Set(['0100007F', '00000000000000000000000001000000', '0000000000000000FFFF00000100007F']);

function linkOf(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
