/** Where to look: views with their numbers, projects, and what belongs to the person. */
import { useQuery } from '@tanstack/react-query';
import type { MouseEvent, ReactNode } from 'react';
import { api } from '../../lib/api.ts';
import { Icon, type IconName } from '../../lib/icons.tsx';
import { NotificationPermission } from '../notifications/permission.tsx';
import { type View, viewPath } from '../task-list/views.ts';
import { goTo } from './go-to.ts';
import { ThemeSwitch } from './theme-switch.tsx';

interface RailProps {
  view: View;
  user: { name: string; email: string };
  onHelp: () => void;
}

export function Rail({ view, user, onHelp }: RailProps) {
  return (
    <nav id="rail" popover="auto" className="rail" aria-label="Views">
      <p className="brand px-3 text-lg">TaskFlow</p>
      <Views view={view} />
      <div className="mt-auto space-y-1 pt-6">
        <NotificationPermission />
        <button type="button" className="rail-item max-lg:hidden" onClick={onHelp}>
          <Icon name="keyboard" /> Keyboard shortcuts
        </button>
        <button type="button" className="rail-item" onClick={() => void signOut()} title={user.email}>
          <Icon name="sign_out" /> Sign out
        </button>
        <ThemeSwitch />
        <p className="truncate px-3 pt-2 text-xs text-muted">{user.email}</p>
      </div>
    </nav>
  );
}

function Views({ view }: { view: View }) {
  const { data: counts } = useQuery({ queryKey: ['counts'], queryFn: api.counts });
  const { data: projects } = useQuery({ queryKey: ['projects'], queryFn: api.projects });
  const pending = new Map(counts?.projects.map((one) => [one.id, one.pending]));
  const rest = projects?.items.filter((one) => !one.is_inbox) ?? [];
  const inbox = projects?.items.find((one) => one.is_inbox);
  const at = (project_id: string) => view.kind === 'project' && view.project_id === project_id;
  return (
    <div className="mt-5 space-y-6">
      <ul className="space-y-0.5">
        <Item to={{ kind: 'all' }} icon="all" current={view.kind === 'all'}>
          All tasks
        </Item>
        <Item
          to={{ kind: 'today' }}
          icon="today"
          current={view.kind === 'today'}
          count={(counts?.today ?? 0) + (counts?.overdue ?? 0)}
        >
          Today
        </Item>
        <Item to={{ kind: 'upcoming' }} icon="upcoming" current={view.kind === 'upcoming'} count={counts?.upcoming}>
          Upcoming
        </Item>
        {inbox && (
          <Item
            to={{ kind: 'project', project_id: inbox.id }}
            icon="inbox"
            current={at(inbox.id)}
            count={counts?.inbox}
          >
            {inbox.name}
          </Item>
        )}
        <Item to={{ kind: 'completed' }} icon="completed" current={view.kind === 'completed'}>
          Completed
        </Item>
      </ul>
      {rest.length > 0 && (
        <section aria-labelledby="projects-heading">
          <h2 id="projects-heading" className="px-3 pb-1 text-xs font-medium text-muted">
            Projects
          </h2>
          <ul className="space-y-0.5">
            {rest.map(({ id, name }) => (
              <Item
                key={id}
                to={{ kind: 'project', project_id: id }}
                icon="project"
                current={at(id)}
                count={pending.get(id)}
              >
                {name}
              </Item>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

interface ItemProps {
  to: View;
  icon: IconName;
  current: boolean;
  count?: number | undefined;
  children: ReactNode;
}

function Item({ to, icon, current, count = 0, children }: ItemProps) {
  function follow(event: MouseEvent<HTMLAnchorElement>) {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    goTo(to);
    const rail = document.getElementById('rail');
    if (rail?.matches(':popover-open')) rail.hidePopover();
    scrollTo({ top: 0 });
  }
  return (
    <li>
      <a className="rail-item" href={viewPath(to)} aria-current={current ? 'page' : undefined} onClick={follow}>
        <Icon name={icon} />
        <span className="truncate">{children}</span>
        {count > 0 && <span className="ml-auto text-xs tabular-nums text-muted">{count}</span>}
      </a>
    </li>
  );
}

async function signOut(): Promise<void> {
  await api.signOut().catch(() => null);
  location.assign('/sign-in');
}
