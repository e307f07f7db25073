/** Saved filters: a name for a filter and a sort. The filter must be one that can be read today. */
import type { SavedFilter, SavedFilterCreate, SavedFilterPatch } from '../contracts/model.ts';
import { instantText, localDate } from '../domain/due-date.ts';
import { notFound } from '../domain/failure.ts';
import { parseFilter } from '../domain/filter.ts';
import { checkVersion, type Deps, inWorkspace, type RequestContext } from './context.ts';
import { readSort } from './list-tasks.ts';
import type { Workspace } from './workspace.ts';

export const createSavedFilter = (
  deps: Deps,
  context: RequestContext,
  input: SavedFilterCreate,
): Promise<SavedFilter> =>
  inWorkspace(deps, context, async (workspace) => {
    const at = instantText(workspace.now);
    const { name, filter, sort = 'due_date' } = input;
    const named = { id: workspace.domain.newId(), owner_id: workspace.owner_id, name, filter, sort };
    const saved = checked(workspace, { ...named, version: 1, created_at: at, updated_at: at });
    workspace.also('saved_filters_inserted', saved);
    return saved;
  });

export const updateSavedFilter = (
  deps: Deps,
  context: RequestContext,
  id: string,
  patch: SavedFilterPatch,
): Promise<SavedFilter> =>
  inWorkspace(deps, context, async (workspace) => {
    const saved = await findSavedFilter(workspace, id);
    const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
    const version = saved.version + 1;
    const updated = checked(workspace, { ...saved, ...given, version, updated_at: instantText(workspace.now) });
    workspace.also('saved_filters_updated', updated);
    return updated;
  });

export const deleteSavedFilter = (deps: Deps, context: RequestContext, id: string): Promise<void> =>
  inWorkspace(deps, context, async (workspace) => {
    workspace.also('saved_filters_deleted', await findSavedFilter(workspace, id));
  });

async function findSavedFilter(workspace: Workspace, id: string): Promise<SavedFilter> {
  const saved = await workspace.store.savedFilter(workspace.owner_id, id);
  if (saved === null) throw notFound('filter');
  checkVersion(saved, workspace.context.if_match);
  return saved;
}

function checked(workspace: Workspace, saved: SavedFilter): SavedFilter {
  parseFilter(saved.filter, { today: localDate(workspace.now, workspace.settings.time_zone) });
  readSort(saved.sort);
  return saved;
}
