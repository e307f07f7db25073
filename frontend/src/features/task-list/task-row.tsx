/** One task in one line: done or not, what, when, and what else there is to know. */

import type { Task } from '@taskflow/core/contracts/task.ts';
import { memo, type ReactNode, useState } from 'react';
import { dueIn, dueWords, longDay, timeWords, wallClock } from '../../lib/dates.ts';
import { Icon, type IconName, PriorityBars } from '../../lib/icons.tsx';
import { ruleInWords } from '../../lib/rule-in-words.ts';
import { useApp } from '../app.tsx';
import { openTask } from '../navigation/go-to.ts';
import type { Section } from './views.ts';

interface RowProps {
  task: Task;
  /** Null for the Inbox, which need not be said. */
  project: string | null;
  group: Section['group'];
  zone: string;
  now_ms: number;
}

/** How long the tick is seen before the row goes. */
const FAREWELL_MS = 240;

export const TaskRow = memo(function TaskRow(props: RowProps) {
  const { task } = props;
  const { actions } = useApp();
  const [leaving, setLeaving] = useState(false);
  const done = task.status === 'completed';

  function toggle() {
    if (done) return void actions.reopen(task);
    if (leaving) return;
    setLeaving(true);
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    setTimeout(
      () => {
        void actions.complete(task).finally(() => setLeaving(false));
      },
      still ? 0 : FAREWELL_MS,
    );
  }

  return (
    <li className="task" data-task={task.id} data-leaving={leaving || undefined} data-done={done || undefined}>
      <label className="task-check">
        <input
          type="checkbox"
          checked={done || leaving}
          data-priority={task.priority}
          aria-label={`${done ? 'Reopen' : 'Complete'} ${task.title}`}
          onChange={toggle}
        />
      </label>
      <span className="task-title">
        <button type="button" data-task-open onClick={() => openTask(task.id)}>
          {task.title}
        </button>
      </span>
      <Info {...props} />
    </li>
  );
});

function Info({ task, project, group, zone, now_ms }: RowProps) {
  const due = task.due_date === null ? null : dueIn(zone, task.due_date);
  const today = wallClock(now_ms, zone).date;
  // Under the heading “Today” the day need not be said again.
  const when = due && (group === 'today' ? due.time && timeWords(due.time) : dueWords(due, today));
  return (
    <div className="task-info">
      {(when || task.priority !== 'none') && (
        <div className="task-due" data-priority={task.priority}>
          {task.priority !== 'none' && (
            <>
              <PriorityBars priority={task.priority} />
              <span className="sr-only">{task.priority} priority</span>
            </>
          )}
          {due && when && (
            <time dateTime={task.due_date ?? undefined} title={longDay(due.date)}>
              {when}
            </time>
          )}
        </div>
      )}
      <Meta task={task} project={project} now_ms={now_ms} />
    </div>
  );
}

function Meta({ task, project, now_ms }: Pick<RowProps, 'task' | 'project' | 'now_ms'>) {
  const reminders = task.reminders.filter((one) => !isPlain(one, now_ms)).length;
  const parts: ReactNode[] = [];
  const add = (key: string, icon: IconName | null, words: ReactNode) =>
    parts.push(
      <li key={key}>
        {icon && <Icon name={icon} className="size-3.5" />}
        {words}
      </li>,
    );
  if (task.recurrence_rule) add('rule', 'recurrence_rule', ruleInWords(task.recurrence_rule, task.repeat_from));
  if (reminders > 0)
    add(
      'reminders',
      'reminder',
      <>
        <span className="sr-only">Reminders: </span>
        {reminders}
      </>,
    );
  if (project) add('project', 'project', project);
  for (const tag of task.tags) add(`tag ${tag}`, null, `@${tag}`);
  if (task.description) add('note', 'note', <span className="sr-only">Has a description</span>);
  return parts.length === 0 ? null : <ul className="task-meta">{parts}</ul>;
}

/** A reminder when it is due is what everyone expects; one that has been is of no use any more. */
const isPlain = (one: Task['reminders'][number], now_ms: number): boolean =>
  'offset' in one ? one.offset === 'PT0S' : Date.parse(one.at) < now_ms;
