'use client';
/** The dashboard: the rail, quick add, the list, and what appears over them. */
import { useQuery } from '@tanstack/react-query';
import { useSearchParams } from 'next/navigation';
import { lazy, Suspense, useEffect, useState } from 'react';
import { api } from '../lib/api.ts';
import { longDay, wallClock } from '../lib/dates.ts';
import { useNow } from '../lib/time-hooks.ts';
import { toSignIn } from './accounts/to-sign-in.ts';
import { useApp } from './app.tsx';
import { ToastStack } from './feedback/toast-stack.tsx';
import { ConnectionBanner } from './live/connection-banner.tsx';
import { useLiveEvents } from './live/use-live-events.ts';
import { Loading } from './loading.tsx';
import { openTask } from './navigation/go-to.ts';
import { Rail } from './navigation/rail.tsx';
import { TopBar } from './navigation/top-bar.tsx';
import { NotificationStack } from './notifications/notification-stack.tsx';
import { QuickAdd } from './quick-add/quick-add.tsx';
import { TaskList } from './task-list/task-list.tsx';
import { useListKeys } from './task-list/use-list-keys.ts';
import { type View, viewName, viewOf } from './task-list/views.ts';

const TaskEditor = lazy(() => import('./task-editor/task-editor.tsx'));
const Shortcuts = lazy(() => import('./feedback/shortcuts.tsx'));

export function Dashboard() {
  const session = useQuery({ queryKey: ['session'], queryFn: api.session, staleTime: 300_000 });
  const settings = useQuery({ queryKey: ['settings'], queryFn: api.settings, staleTime: 300_000 });
  const signed_out = session.data === null;
  useEffect(() => {
    if (signed_out) toSignIn();
  }, [signed_out]);
  if (!session.data || !settings.data) {
    const failed = session.isError || settings.isError;
    return failed ? <Unreachable retry={() => location.reload()} /> : <Loading />;
  }
  return <SignedIn user={session.data.user} zone={settings.data.time_zone} />;
}

function SignedIn({ user, zone }: { user: { name: string; email: string }; zone: string }) {
  const params = useSearchParams();
  const view = viewOf(new URLSearchParams(params));
  const editing = params.get('task');
  const [help, setHelp] = useState(false);
  const { actions } = useApp();
  const connection = useLiveEvents();
  const today = wallClock(useNow(), zone).date;
  useListKeys({ onHelp: () => setHelp(true) });
  useEffect(() => {
    const flush = () => void actions.flush();
    addEventListener('pagehide', flush);
    return () => removeEventListener('pagehide', flush);
  }, [actions]);
  return (
    <div className="shell">
      <Rail view={view} user={user} onHelp={() => setHelp(true)} />
      <main className="page">
        <TopBar />
        <ConnectionBanner connection={connection} />
        <Heading view={view} today={today} />
        <QuickAdd zone={zone} view={view} />
        <TaskList view={view} zone={zone} />
      </main>
      <div className="overlays">
        <NotificationStack zone={zone} />
        <ToastStack />
      </div>
      <Suspense>
        {editing && <TaskEditor key={editing} id={editing} zone={zone} onClose={() => openTask(null)} />}
        {help && <Shortcuts onClose={() => setHelp(false)} />}
      </Suspense>
    </div>
  );
}

/** The day, or where else one is, which nothing else on a narrow screen tells. */
function Heading({ view, today }: { view: View; today: string }) {
  const { data: projects } = useQuery({ queryKey: ['projects'], queryFn: api.projects });
  const project = view.kind === 'project' ? projects?.items.find((one) => one.id === view.project_id) : undefined;
  return (
    <h1 className="mt-2 text-2xl font-semibold tracking-tight text-balance break-words">
      {project?.name ?? viewName(view) ?? longDay(today)}
    </h1>
  );
}

function Unreachable({ retry }: { retry: () => void }) {
  return (
    <main className="grid min-h-dvh place-content-center justify-items-center gap-4 px-6 text-center">
      <h1 className="text-xl font-semibold">TaskFlow can’t be reached</h1>
      <p className="text-muted">Your tasks are safe; the connection is not there right now.</p>
      <button type="button" className="button button-accent" onClick={retry}>
        Try again
      </button>
    </main>
  );
}
