/** Deleting a tag takes it off every task that carries it, each with its event. */
import { checkVersion, type Deps, inWorkspace, type RequestContext } from './context.ts';
import { findTag, replaceTag } from './update-tag.ts';

export const deleteTag = (deps: Deps, context: RequestContext, id: string): Promise<void> =>
  inWorkspace(deps, context, async (workspace) => {
    const tag = await findTag(workspace, id);
    checkVersion(tag, context.if_match);
    await replaceTag(workspace, tag.name, null);
    workspace.also('tags_deleted', tag);
  });
