/** What of TaskFlow is in the image of a service, in /app. */
import path from 'node:path';
import { type Entry, filesBelow } from './entries.ts';
import { closureOf } from './packages.ts';
import { page } from './page.ts';
import { APP, isNeeded, type Service } from './services.ts';

export function application(root: string, service: Service): Entry[] {
  const entries = service === 'frontend' ? page(root) : workspaceWithPackages(root, service);
  return entries.map((entry) => ({ ...entry, place: `${APP}/${entry.place}` }));
}

function workspaceWithPackages(root: string, workspace: string): Entry[] {
  const { workspaces, packages } = closureOf(root, workspace);
  return [
    ...[...workspaces, ...packages].flatMap((place) => filesBelow(path.join(root, place), place, isNeeded)),
    ...workspaces.map((name) => ({ place: `node_modules/@taskflow/${name}`, link: `../../${name}` })),
  ];
}
