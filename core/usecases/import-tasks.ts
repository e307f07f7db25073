/** An import takes a whole file in one transaction, or nothing; what could not be taken is reported, never dropped in silence. */
import type { ImportReport } from '../contracts/quick-add.ts';
import { Failure, invalid } from '../domain/failure.ts';
import { readICalendar } from '../domain/import/icalendar.ts';
import { detectFormat, type ImportedTask, type ImportIssue, type ImportPlan } from '../domain/import/plan.ts';
import { readTodoistCsv } from '../domain/import/todoist.ts';
import { searchText } from '../domain/search-text.ts';
import { changeStatus } from '../domain/task.ts';
import { checkTaskInput } from './check-input.ts';
import { type Deps, inWorkspace, type RequestContext } from './context.ts';
import { createIn } from './create-task.ts';
import { projectNamed } from './quick-add-task.ts';
import type { Workspace } from './workspace.ts';

export interface ImportRequest {
  text: string;
  file_name?: string | undefined;
  /** Where tasks go whose file names no project; by name. */
  project?: string | undefined;
  dry_run: boolean;
}

export async function importTasks(deps: Deps, context: RequestContext, request: ImportRequest): Promise<ImportReport> {
  const plan = readPlan(deps, context, request);
  return await inWorkspace(deps, request.dry_run ? { ...context, answer: null } : context, async (workspace) => {
    const before = new Set((await workspace.projects()).map((project) => project.id));
    const taken = await takeAll(workspace, plan);
    const projects = (await workspace.projects())
      .filter((project) => !before.has(project.id))
      .map((project) => project.name);
    if (request.dry_run) workspace.discard();
    return {
      source: plan.source,
      dry_run: request.dry_run,
      tasks: taken.count,
      projects,
      issues: [...plan.issues, ...taken.issues],
    };
  });
}

function readPlan(deps: Deps, context: RequestContext, request: ImportRequest): ImportPlan {
  const format = detectFormat(request.text, request.file_name);
  if (format === null) throw invalid('file', 'is neither a Todoist CSV export nor an iCalendar file');
  const { time_zone, day_start } = context.settings;
  const from = { now: deps.clock.now(), time_zone, day_start, project: request.project ?? null };
  return format === 'todoist-csv' ? readTodoistCsv(request.text, from) : readICalendar(request.text, from);
}

async function takeAll(workspace: Workspace, plan: ImportPlan): Promise<{ count: number; issues: ImportIssue[] }> {
  const ids = new Map<string, string>();
  const issues: ImportIssue[] = [];
  const projects = new Map<string, string>();
  let count = 0;
  for (const task of plan.tasks) {
    try {
      ids.set(task.ref, await takeOne(workspace, task, ids, projects));
      count += 1;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      issues.push({
        line: task.line,
        item: task.title,
        field: error.errors[0]?.field ?? null,
        message: error.message,
        severity: 'skipped',
      });
    }
  }
  return { count, issues };
}

async function takeOne(
  workspace: Workspace,
  task: ImportedTask,
  ids: Map<string, string>,
  projects: Map<string, string>,
): Promise<string> {
  const parent_id = task.parent_ref === null ? null : (ids.get(task.parent_ref) ?? null);
  const project_id =
    parent_id === null && task.project !== null ? await projectOf(workspace, task.project, projects) : undefined;
  const { title, description, priority, tags, due_date, time_zone, repeat_from } = task;
  const isDone = task.status === 'completed';
  const created = await createIn(
    workspace,
    checkTaskInput({
      title,
      description,
      priority,
      tags,
      due_date,
      time_zone,
      repeat_from,
      parent_id,
      ...(project_id === undefined ? {} : { project_id }),
      ...(task.recurrence_rule === null || isDone ? {} : { recurrence_rule: task.recurrence_rule }),
      ...(task.reminders === null ? {} : { reminders: task.reminders }),
    }),
  );
  if (isDone) {
    const done = changeStatus(created, 'complete', workspace.now);
    workspace.putTask({ ...done, completed_at: task.completed_at ?? done.completed_at });
  }
  const series = await workspace.seriesOf(created);
  if (series !== null && task.exceptions.length > 0) workspace.putSeries({ ...series, exceptions: task.exceptions });
  return created.id;
}

async function projectOf(workspace: Workspace, name: string, projects: Map<string, string>): Promise<string> {
  const key = searchText(name);
  const known = projects.get(key) ?? (await projectNamed(workspace, name.trim().slice(0, 100)));
  projects.set(key, known);
  return known;
}
