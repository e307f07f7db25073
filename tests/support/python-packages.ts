/** Programs from PyPI, each set of versions once per machine, in a virtual environment of its own. */
import path from 'node:path';
import { ensureCached } from '@taskflow/engine/src/cache.ts';
import { cacheFolder } from '@taskflow/engine/src/config.ts';
import { askProgram, runStep } from '@taskflow/engine/src/run-step.ts';

export interface PythonPackages {
  python: string;
  /** A program of a package; one that is a Python script is run by `python`. */
  program(name: string): string;
}

export async function ensurePythonPackages(name: string, requirements: readonly string[]): Promise<PythonPackages> {
  const folder = await ensureCached({
    cache: cacheFolder(process.env),
    name,
    inputs: [...requirements],
    make: async (cwd) => {
      askProgram('python3', ['--version'], cwd, PYTHON_MISSING);
      const say = () => undefined;
      const bin = path.join(cwd, 'bin', 'python3');
      await runStep({
        title: `A virtual environment for ${name}`,
        command: 'python3',
        args: ['-m', 'venv', '.'],
        cwd,
        say,
      });
      const install = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements];
      await runStep({ title: `Installing ${name}`, command: bin, args: install, cwd, say });
    },
  });
  const program = (file: string) => path.join(folder, 'bin', file);
  return { python: program('python3'), program };
}

const PYTHON_MISSING =
  'Some checkers are Python packages, and there is no Python here: install Python 3 (Debian: python3-venv).';
