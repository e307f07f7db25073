/** Signing in, and making an account. */
import { SignIn } from '../../features/accounts/sign-in.tsx';

export default async function Page({ searchParams }: { searchParams: Promise<{ next?: string | string[] }> }) {
  const { next } = await searchParams;
  return <SignIn next={typeof next === 'string' ? next : '/dashboard'} />;
}
