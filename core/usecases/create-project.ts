/** A project is a list of tasks; its name is unique for its owner, without regard to case and accents. */
import type { Project, ProjectCreate } from '../contracts/model.ts';
import { instantText } from '../domain/due-date.ts';
import { type Deps, inWorkspace, type RequestContext } from './context.ts';
import type { Workspace } from './workspace.ts';

export const createProject = (deps: Deps, context: RequestContext, input: ProjectCreate): Promise<Project> =>
  inWorkspace(deps, context, async (workspace) => {
    const project = newProject(workspace, input);
    workspace.insertProject(project);
    return project;
  });

export function newProject(workspace: Workspace, input: ProjectCreate): Project {
  const at = instantText(workspace.now);
  return {
    id: workspace.domain.newId(),
    owner_id: workspace.owner_id,
    name: input.name,
    color: input.color ?? null,
    is_inbox: false,
    position: workspace.nextPosition(),
    version: 1,
    created_at: at,
    updated_at: at,
  };
}
