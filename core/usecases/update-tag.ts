/** Renaming a tag renames it on every task that carries it, each with its event. */
import type { Tag, TagPatch } from '../contracts/model.ts';
import { instantText } from '../domain/due-date.ts';
import { conflict, notFound } from '../domain/failure.ts';
import { searchText } from '../domain/search-text.ts';
import { checkVersion, type Deps, inWorkspace, type RequestContext } from './context.ts';
import type { Workspace } from './workspace.ts';

export const updateTag = (deps: Deps, context: RequestContext, id: string, patch: TagPatch): Promise<Tag> =>
  inWorkspace(deps, context, async (workspace) => {
    const tag = await findTag(workspace, id);
    checkVersion(tag, context.if_match);
    const name = patch.name ?? tag.name;
    if (name !== tag.name) await replaceTag(workspace, tag.name, name);
    const updated: Tag = {
      ...tag,
      name,
      color: patch.color === undefined ? tag.color : patch.color,
      version: tag.version + 1,
      updated_at: instantText(workspace.now),
    };
    workspace.also('tags_updated', updated);
    return updated;
  });

export async function findTag(workspace: Workspace, id: string): Promise<Tag> {
  const tag = (await workspace.store.tags(workspace.owner_id)).find((candidate) => candidate.id === id);
  if (tag === undefined) throw notFound('tag');
  return tag;
}

/** `to` null takes the tag off. */
export async function replaceTag(workspace: Workspace, from: string, to: string | null): Promise<void> {
  const key = searchText(from);
  if (to !== null && searchText(to) !== key) {
    const taken = (await workspace.store.tags(workspace.owner_id)).some(
      (tag) => searchText(tag.name) === searchText(to),
    );
    if (taken) throw conflict(`There is a tag named ${to} already.`);
  }
  for (const task of await workspace.tasksWithTag(from)) {
    const tags = task.tags.flatMap((name) => (searchText(name) === key ? (to === null ? [] : [to]) : [name]));
    workspace.putTask({ ...task, tags });
  }
}
