/** The shape of the page before its data: the same boxes in the same places, so that nothing jumps. */
export function Loading() {
  return (
    <div className="shell">
      <div className="rail-space" />
      <main className="page" aria-busy="true">
        <p className="sr-only">Loading your tasks</p>
        <div className="h-11 lg:hidden" />
        <div className="skeleton mt-2 h-8 w-56" />
        <div className="skeleton mt-5 h-13 w-full rounded-xl" />
        <ListSkeleton />
      </main>
    </div>
  );
}

const WIDTHS = ['w-3/5', 'w-2/5', 'w-1/2', 'w-1/3', 'w-3/5', 'w-2/5'];

export function ListSkeleton() {
  return (
    <div className="mt-14 space-y-6" aria-hidden="true">
      <div className="skeleton h-4 w-20" />
      {WIDTHS.map((width, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move
        <div key={at} className="flex items-center gap-4">
          <div className="skeleton size-5 rounded-full" />
          <div className={`skeleton h-4 ${width}`} />
        </div>
      ))}
    </div>
  );
}
