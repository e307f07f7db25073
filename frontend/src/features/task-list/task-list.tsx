/** The list of a view, in groups; what is being loaded, what is missing and what failed each have a place. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useRef } from 'react';
import { api, wordsOf } from '../../lib/api.ts';
import { useNow } from '../../lib/time-hooks.ts';
import { useApp, useTasks } from '../app.tsx';
import { ListSkeleton } from '../loading.tsx';
import { EmptyList } from './empty-list.tsx';
import { TaskRow } from './task-row.tsx';
import { GROUP_NAMES, type Section, sectionsOf, type View, viewQuery } from './views.ts';

/** So many are read without being asked for; more on demand. */
const TASKS_READ_AT_ONCE = 1_000;

export function TaskList({ view, zone }: { view: View; zone: string }) {
  const tasks = useTasks();
  const now_ms = useNow();
  const pages = useTaskPages(view);
  const sections = useMemo(() => sectionsOf(tasks, view, now_ms, zone), [tasks, view, now_ms, zone]);
  const projects = useProjectNames();
  useDueInTitle(now_ms, zone);
  if (pages.isError && sections.length === 0) {
    return (
      <div role="alert" className="mt-12 space-y-4">
        <p>Your tasks could not be loaded: {wordsOf(pages.error)}</p>
        <button type="button" className="button" onClick={() => void pages.refetch()}>
          Try again
        </button>
      </div>
    );
  }
  if (pages.isPending && sections.length === 0) return <ListSkeleton />;
  if (sections.length === 0 && !pages.hasNextPage) return <EmptyList view={view} />;
  return (
    <div className="mt-6 space-y-8 pb-32">
      {sections.map((section) => (
        <Group key={section.group} section={section} projects={projects} zone={zone} now_ms={now_ms} />
      ))}
      {pages.hasNextPage && (
        <button type="button" className="button" disabled={pages.isFetching} onClick={() => void pages.fetchNextPage()}>
          Show more
        </button>
      )}
    </div>
  );
}

interface GroupProps {
  section: Section;
  projects: ReadonlyMap<string, string>;
  zone: string;
  now_ms: number;
}

function Group({ section, projects, zone, now_ms }: GroupProps) {
  const id = `group-${section.group}`;
  return (
    <section aria-labelledby={id}>
      <div className="group-head" data-group={section.group}>
        <h2 id={id}>{GROUP_NAMES[section.group]}</h2>
        <span className="tabular-nums">{section.tasks.length}</span>
      </div>
      <ul>
        {section.tasks.map((task) => (
          <TaskRow
            key={task.id}
            task={task}
            project={projects.get(task.project_id) ?? null}
            group={section.group}
            zone={zone}
            now_ms={now_ms}
          />
        ))}
      </ul>
    </section>
  );
}

/** The Inbox is left out. */
function useProjectNames(): ReadonlyMap<string, string> {
  const { data } = useQuery({ queryKey: ['projects'], queryFn: api.projects });
  return useMemo(() => new Map(data?.items.filter((one) => !one.is_inbox).map((one) => [one.id, one.name])), [data]);
}

/** Reads a view page by page into the store. */
function useTaskPages(view: View) {
  const { store } = useApp();
  const values = viewQuery(view);
  const whole = view.kind !== 'project' && view.kind !== 'completed';
  const reading = useRef(0);
  const pages = useInfiniteQuery({
    queryKey: ['tasks', values],
    queryFn: async ({ pageParam, signal }) => {
      if (whole && pageParam === '') reading.current = store.begin();
      const page = await api.tasks(pageParam === '' ? values : { ...values, cursor: pageParam }, signal);
      store.put(page.items);
      if (whole && page.next_cursor === null) store.settle(reading.current);
      return { count: page.items.length, next_cursor: page.next_cursor };
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.next_cursor,
    // Events keep it up to date; it is read again only after a gap in them.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const read = pages.data?.pages.reduce((sum, page) => sum + page.count, 0) ?? 0;
  const more = pages.hasNextPage && !pages.isFetching && !pages.isError && read < TASKS_READ_AT_ONCE;
  const { fetchNextPage } = pages;
  useEffect(() => {
    if (more) void fetchNextPage();
  }, [more, fetchNextPage]);
  return pages;
}

/** The tab says how much is due, also when another page is in front. */
function useDueInTitle(now_ms: number, zone: string): void {
  const tasks = useTasks();
  const due = useMemo(
    () => sectionsOf(tasks, TODAY, now_ms, zone).reduce((sum, section) => sum + section.tasks.length, 0),
    [tasks, now_ms, zone],
  );
  useEffect(() => {
    document.title = due > 0 ? `(${due}) TaskFlow` : 'TaskFlow';
  }, [due]);
}

const TODAY: View = { kind: 'today' };
