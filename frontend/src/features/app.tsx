'use client';
/** What all parts of the page share: the tasks, what can be done to them, messages, the query cache. */
import { QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createContext, type ReactNode, use, useState, useSyncExternalStore } from 'react';
import { ApiProblem, api } from '../lib/api.ts';
import { toSignIn } from './accounts/to-sign-in.ts';
import { createToasts, type Toasts } from './feedback/toasts.ts';
import { createTaskActions, type TaskActions } from './task-list/task-actions.ts';
import { createTaskStore, type TaskStore, type Tasks } from './task-list/task-store.ts';

interface App {
  store: TaskStore;
  actions: TaskActions;
  toasts: Toasts;
  /** Numbers and histories are read again. */
  refreshNumbers: () => void;
}

const AppContext = createContext<App | null>(null);

export function AppProvider({ children }: { children: ReactNode }) {
  const [{ app, client }] = useState(createApp);
  return (
    <QueryClientProvider client={client}>
      <AppContext value={app}>{children}</AppContext>
    </QueryClientProvider>
  );
}

export function useApp(): App {
  const app = use(AppContext);
  if (!app) throw new Error('useApp is used outside of AppProvider');
  return app;
}

export function useTasks(): Tasks {
  const { store } = useApp();
  return useSyncExternalStore(store.subscribe, store.snapshot, store.snapshot);
}

function createApp() {
  const client = createQueryClient();
  const store = createTaskStore();
  const toasts = createToasts();
  const refreshNumbers = calmly(() => {
    void client.invalidateQueries({ queryKey: ['counts'] });
    void client.invalidateQueries({ queryKey: ['occurrences'] });
    void client.invalidateQueries({ queryKey: ['series'] });
  }, 300);
  const later = (run: () => void, delay_ms: number) => {
    const timer = setTimeout(run, delay_ms);
    return () => clearTimeout(timer);
  };
  const actions = createTaskActions({ api, store, toasts, later, changed: refreshNumbers });
  return { client, app: { store, actions, toasts, refreshNumbers } };
}

function createQueryClient(): QueryClient {
  return new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (error instanceof ApiProblem && error.status === 401) toSignIn();
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        // What a request did wrong stays wrong; what the network did may pass.
        retry: (failures, error) => failures < 3 && !(error instanceof ApiProblem && error.status in REFUSALS),
      },
    },
  });
}

const REFUSALS = { 400: 1, 401: 1, 403: 1, 404: 1, 422: 1 };

/** Many calls within the pause are one, at its end. */
function calmly(run: () => void, pause_ms: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(run, pause_ms);
  };
}
