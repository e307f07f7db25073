/** /api/projects: lists of tasks; everyone has an Inbox. */
import { Project, ProjectCreate, ProjectPage, ProjectPatch } from '@taskflow/core/contracts/model.ts';
import { createProject } from '@taskflow/core/usecases/create-project.ts';
import { deleteProject } from '@taskflow/core/usecases/delete-project.ts';
import { updateProject } from '@taskflow/core/usecases/update-project.ts';
import type { Api, Backend } from '../parts.ts';
import { resourceRoutes } from './resource.ts';

export function projectRoutes(app: Api, backend: Backend): void {
  const { deps } = backend;
  resourceRoutes(app, backend, {
    path: '/api/projects',
    tag: 'Projects',
    name: 'project',
    schemas: { one: Project, page: ProjectPage, create: ProjectCreate, patch: ProjectPatch },
    list: (query) => deps.store.listProjects(query),
    find: async (owner_id, id) => (await deps.store.projects(owner_id)).find((project) => project.id === id) ?? null,
    create: (context, input) => createProject(deps, context, input),
    update: (context, id, patch) => updateProject(deps, context, id, patch),
    remove: (context, id) => deleteProject(deps, context, id),
  });
}
