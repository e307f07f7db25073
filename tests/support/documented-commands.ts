/** The commands of a page, in its order, so that a test does what a reader is told to do. */

export interface DocumentedCommand {
  /** The heading that it stands below. */
  heading: string;
  /** Where it begins in the page, counted from 1. */
  line: number;
  script: string;
}

/** Blocks marked `sh`; one marked `sh example` is for the reader to fill in. */
export function documentedCommands(markdown: string): DocumentedCommand[] {
  const found: DocumentedCommand[] = [];
  let heading = '';
  let open: { info: string; line: number; lines: string[] } | null = null;
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = /^```(.*)$/.exec(line);
    if (open === null && fence) open = { info: fence[1]!.trim(), line: index + 2, lines: [] };
    else if (open !== null && fence) {
      if (open.info === 'sh') found.push({ heading, line: open.line, script: `${open.lines.join('\n')}\n` });
      open = null;
    } else if (open !== null) open.lines.push(line);
    else heading = /^#+ (.*)$/.exec(line)?.[1] ?? heading;
  }
  if (open !== null) throw new Error(`The block at line ${open.line} has no end.`);
  return found;
}

/** All of them as one program, which says where in the page it is, ends at the first that fails, and leaves nothing running. */
export function asScript(page: string, commands: readonly DocumentedCommand[]): string {
  const blocks = commands.map(
    ({ heading, line, script }) => `echo '── ${page}:${line} ${heading.replaceAll("'", '’')}'\n${script}`,
  );
  return [
    'set -euo pipefail',
    // Programs that the page leaves running, such as kubectl port-forward.
    "trap 'jobs -p | xargs --no-run-if-empty kill' EXIT",
    ...blocks,
  ].join('\n');
}
