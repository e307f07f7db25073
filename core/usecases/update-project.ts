/** Renames, recolours or moves a project in the list of projects. */
import type { Project, ProjectPatch } from '../contracts/model.ts';
import { instantText } from '../domain/due-date.ts';
import { invalid, notFound } from '../domain/failure.ts';
import { positionBetween } from '../domain/position.ts';
import { checkVersion, type Deps, inWorkspace, type RequestContext } from './context.ts';
import type { Workspace } from './workspace.ts';

export const updateProject = (deps: Deps, context: RequestContext, id: string, patch: ProjectPatch): Promise<Project> =>
  inWorkspace(deps, context, async (workspace) => {
    const project = await findProject(workspace, id);
    checkVersion(project, context.if_match);
    const updated: Project = {
      ...project,
      name: patch.name ?? project.name,
      color: patch.color === undefined ? project.color : patch.color,
      position:
        patch.after_id === undefined ? project.position : await positionAfter(workspace, project, patch.after_id),
      version: project.version + 1,
      updated_at: instantText(workspace.now),
    };
    workspace.also('projects_updated', updated);
    return updated;
  });

export async function findProject(workspace: Workspace, id: string): Promise<Project> {
  const project = (await workspace.projects()).find((candidate) => candidate.id === id);
  if (project === undefined) throw notFound('project');
  return project;
}

async function positionAfter(workspace: Workspace, project: Project, after_id: string | null): Promise<string> {
  const others = (await workspace.projects())
    .filter((other) => other.id !== project.id)
    .sort((a, b) => (a.position < b.position ? -1 : 1));
  const index = after_id === null ? -1 : others.findIndex((other) => other.id === after_id);
  if (after_id !== null && index < 0) throw invalid('after_id', 'is not another project of yours');
  return positionBetween(others[index]?.position ?? null, others[index + 1]?.position ?? null);
}
