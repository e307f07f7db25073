/** A line of text becomes a task; a project it names is made when there is none. */
import { Failure, invalid } from '../domain/failure.ts';
import type { TaskRecord } from '../domain/model.ts';
import { parseQuickAdd, type QuickAddResult } from '../domain/quick-add.ts';
import { searchText } from '../domain/search-text.ts';
import { checkTaskInput } from './check-input.ts';
import { type Deps, inWorkspace, type RequestContext } from './context.ts';
import { newProject } from './create-project.ts';
import { createIn } from './create-task.ts';
import type { Workspace } from './workspace.ts';

export interface QuickAdded {
  parsed: QuickAddResult;
  task: TaskRecord | null;
}

/** With `dry_run` nothing is written: the answer only says what was understood. */
export async function quickAdd(
  deps: Deps,
  context: RequestContext,
  input: { text: string; project_id?: string | undefined },
  options: { dry_run: boolean },
): Promise<QuickAdded> {
  const { time_zone, day_start, week_start } = context.settings;
  const parsed = parseQuickAdd(input.text, { now: deps.clock.now(), time_zone, day_start, week_start });
  if (options.dry_run) return { parsed, task: null };
  if (parsed.title === '') throw invalid('text', 'leaves no title for the task');
  return await inWorkspace(deps, context, async (workspace) => {
    const project_id = parsed.project === null ? input.project_id : await projectNamed(workspace, parsed.project);
    const { title, tags, priority, due_date, recurrence_rule, repeat_from, reminders } = parsed;
    const checked = checkTaskInput({
      title,
      tags,
      priority,
      due_date,
      recurrence_rule,
      repeat_from,
      ...(project_id === undefined ? {} : { project_id }),
      ...(reminders === null ? {} : { reminders }),
    });
    const task = await createIn(workspace, checked);
    return { parsed, task };
  }).catch((error: unknown) => {
    throw error instanceof Failure ? ofText(error) : error;
  });
}

/** The request has no title, tags or rule of its own: what is wrong with one of those is wrong with the text. */
function ofText(failure: Failure): Failure {
  const errors = failure.errors.map(({ field, message }) =>
    field === 'project_id' || field === 'text' ? { field, message } : { field: 'text', message: `${field} ${message}` },
  );
  return new Failure(failure.code, failure.message, errors);
}

/** The project of that name, without regard to case or accents; a new one when there is none. */
export async function projectNamed(workspace: Workspace, name: string): Promise<string> {
  const key = searchText(name);
  const known = (await workspace.projects()).find((project) => searchText(project.name) === key);
  if (known !== undefined) return known.id;
  const project = newProject(workspace, { name });
  workspace.insertProject(project);
  return project.id;
}
