/** /api/tags: names that tasks carry, with a colour. */
import { Tag, TagCreate, TagPage, TagPatch } from '@taskflow/core/contracts/model.ts';
import { createTag } from '@taskflow/core/usecases/create-tag.ts';
import { deleteTag } from '@taskflow/core/usecases/delete-tag.ts';
import { updateTag } from '@taskflow/core/usecases/update-tag.ts';
import type { Api, Backend } from '../parts.ts';
import { resourceRoutes } from './resource.ts';

export function tagRoutes(app: Api, backend: Backend): void {
  const { deps } = backend;
  resourceRoutes(app, backend, {
    path: '/api/tags',
    tag: 'Tags',
    name: 'tag',
    schemas: { one: Tag, page: TagPage, create: TagCreate, patch: TagPatch },
    list: (query) => deps.store.listTags(query),
    find: async (owner_id, id) => (await deps.store.tags(owner_id)).find((tag) => tag.id === id) ?? null,
    create: (context, input) => createTag(deps, context, input),
    update: (context, id, patch) => updateTag(deps, context, id, patch),
    remove: (context, id) => deleteTag(deps, context, id),
  });
}
