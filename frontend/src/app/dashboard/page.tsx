/** The tasks of the person who is signed in; whoever brings no session is sent to the door without a detour. */
import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { Suspense } from 'react';
import { AppProvider } from '../../features/app.tsx';
import { Dashboard } from '../../features/dashboard.tsx';
import { Loading } from '../../features/loading.tsx';
import { readSidecarConfig } from '../../server/config.ts';
import { hasSession } from '../../server/sidecar.ts';

interface PageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function Page({ searchParams }: PageProps) {
  if (!(await mayBeSignedIn())) redirect(`/sign-in?next=${encodeURIComponent(pathWith(await searchParams))}`);
  return (
    <AppProvider>
      <Suspense fallback={<Loading />}>
        <Dashboard />
      </Suspense>
    </AppProvider>
  );
}

/** Behind a sidecar the API is asked; otherwise, or where it does not answer, only who brings no session is turned away. */
async function mayBeSignedIn(): Promise<boolean> {
  const jar = await cookies();
  if (!jar.getAll().some(({ name }) => name.endsWith('session_token'))) return false;
  const sidecar = readSidecarConfig(process.env);
  return sidecar === null || (await hasSession(sidecar, jar.toString())) !== false;
}

function pathWith(params: Awaited<PageProps['searchParams']>): string {
  const texts = Object.entries(params).filter((one): one is [string, string] => typeof one[1] === 'string');
  return texts.length === 0 ? '/dashboard' : `/dashboard?${new URLSearchParams(texts)}`;
}
