/** Deleting a project loses no task: what is in it goes to the Inbox. */
import { conflict } from '../domain/failure.ts';
import { checkVersion, type Deps, inWorkspace, type RequestContext } from './context.ts';
import { findProject } from './update-project.ts';

export const deleteProject = (deps: Deps, context: RequestContext, id: string): Promise<void> =>
  inWorkspace(deps, context, async (workspace) => {
    const project = await findProject(workspace, id);
    checkVersion(project, context.if_match);
    if (project.is_inbox) throw conflict('The Inbox cannot be deleted.');
    for (const task of await workspace.tasksOfProject(id)) {
      workspace.putTask({ ...task, project_id: workspace.settings.inbox_id });
    }
    workspace.also('projects_deleted', project);
  });
