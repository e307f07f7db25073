/** The tasks of the person who is signed in; whoever brings no session is sent to the door without a detour. */
import { cookies } from 'next/headers';
import { redirect } from 'next/navigation';
import { Suspense } from 'react';
import { AppProvider } from '../../features/app.tsx';
import { Dashboard } from '../../features/dashboard.tsx';
import { Loading } from '../../features/loading.tsx';

interface PageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}

export default async function Page({ searchParams }: PageProps) {
  // Whether the session is valid, the API says: this only spares the empty page to those who certainly have none.
  const known = (await cookies()).getAll().some(({ name }) => name.endsWith('session_token'));
  if (!known) redirect(`/sign-in?next=${encodeURIComponent(pathWith(await searchParams))}`);
  return (
    <AppProvider>
      <Suspense fallback={<Loading />}>
        <Dashboard />
      </Suspense>
    </AppProvider>
  );
}

function pathWith(params: Awaited<PageProps['searchParams']>): string {
  const texts = Object.entries(params).filter((one): one is [string, string] => typeof one[1] === 'string');
  return texts.length === 0 ? '/dashboard' : `/dashboard?${new URLSearchParams(texts)}`;
}
