/** A tag comes to be when a task first carries it, or by itself with a colour. */
import type { Tag, TagCreate } from '../contracts/model.ts';
import { instantText } from '../domain/due-date.ts';
import { type Deps, inWorkspace, type RequestContext } from './context.ts';

export const createTag = (deps: Deps, context: RequestContext, input: TagCreate): Promise<Tag> =>
  inWorkspace(deps, context, async (workspace) => {
    const at = instantText(workspace.now);
    const { owner_id } = workspace;
    const { name, color = null } = input;
    const tag: Tag = {
      id: workspace.domain.newId(),
      owner_id,
      name,
      color,
      version: 1,
      created_at: at,
      updated_at: at,
    };
    workspace.also('tags_inserted', tag);
    return tag;
  });
