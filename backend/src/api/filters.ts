/** /api/filters: searches that are kept under a name. */
import { SavedFilter, SavedFilterCreate, SavedFilterPage, SavedFilterPatch } from '@taskflow/core/contracts/model.ts';
import { createSavedFilter, deleteSavedFilter, updateSavedFilter } from '@taskflow/core/usecases/save-filter.ts';
import type { Api, Backend } from '../parts.ts';
import { resourceRoutes } from './resource.ts';

export function filterRoutes(app: Api, backend: Backend): void {
  const { deps } = backend;
  resourceRoutes(app, backend, {
    path: '/api/filters',
    tag: 'Filters',
    name: 'savedFilter',
    schemas: { one: SavedFilter, page: SavedFilterPage, create: SavedFilterCreate, patch: SavedFilterPatch },
    list: (query) => deps.store.listSavedFilters(query),
    find: (owner_id, id) => deps.store.savedFilter(owner_id, id),
    create: (context, input) => createSavedFilter(deps, context, input),
    update: (context, id, patch) => updateSavedFilter(deps, context, id, patch),
    remove: (context, id) => deleteSavedFilter(deps, context, id),
  });
}
