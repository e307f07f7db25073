/** A page's commands are run as they are printed there. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { asScript, documentedCommands } from '../support/documented-commands.ts';

const block = (info: string, ...lines: string[]) => ['```'.concat(info), ...lines, '```'].join('\n');
const bash = (script: string) => spawnSync('bash', ['-c', script], { encoding: 'utf8', timeout: 10_000 });

describe('the commands of a page', () => {
  it('are its sh blocks, in order, with the heading and line they stand at', () => {
    const page = ['# Page', block('sh', 'echo a', '', 'echo b'), '## Second', 'text', block('sh', 'echo c')].join('\n');
    expect(documentedCommands(page)).toEqual([
      { heading: 'Page', line: 3, script: 'echo a\n\necho b\n' },
      { heading: 'Second', line: 10, script: 'echo c\n' },
    ]);
  });

  it('are neither examples to fill in nor other languages', () => {
    expect(
      documentedCommands([block('sh example', 'export A=…'), block('yaml', 'a: 1'), block('')].join('\n')),
    ).toEqual([]);
  });

  it('do not begin a heading with a comment of theirs', () => {
    const page = ['# Page', block('yaml', '# no heading'), block('sh', 'true')].join('\n');
    expect(documentedCommands(page)[0]?.heading).toBe('Page');
  });

  it('are refused where a block has no end', () => {
    expect(() => documentedCommands('```sh\necho')).toThrow('line 2');
  });

  it('run in one shell, until one fails', () => {
    const commands = documentedCommands(
      [block('sh', 'value=1'), block('sh', 'echo "$value"', 'false', 'echo no')].join('\n'),
    );
    const { status, stdout } = bash(asScript('page.md', commands));
    expect([status, stdout.split('\n').filter((line) => !line.startsWith('──'))]).toEqual([1, ['1', '']]);
  });

  it('leave nothing running', async () => {
    const { status, stdout } = bash(
      asScript('page.md', documentedCommands(block('sh', 'sleep 60 &', 'echo "pid $!"'))),
    );
    const pid = Number(/pid (\d+)/.exec(stdout)?.[1]);
    expect(status).toBe(0);
    await expect.poll(() => isRunning(pid)).toBe(false);
  });
});

describe.each(['quickstart.md', 'oke.md'])('docs/%s', (page) => {
  const commands = documentedCommands(readFileSync(path.join(import.meta.dirname, '../../docs', page), 'utf8'));

  it('has commands, and bash can read each of them', () => {
    expect(commands.length).toBeGreaterThan(3);
    for (const { line, script } of commands) {
      const { status, stderr } = spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' });
      expect([line, status, stderr]).toEqual([line, 0, '']);
    }
  });
});

/** One that has ended and waits for its parent to hear of it does not run any more. */
function isRunning(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return false;
  }
}
