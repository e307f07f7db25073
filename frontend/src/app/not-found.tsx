/** A page that does not exist leads back to the tasks. */
export default function NotFound() {
  return (
    <main className="grid min-h-dvh place-content-center gap-3 px-6 text-center">
      <h1 className="text-xl font-semibold">There is nothing here</h1>
      <p>
        <a className="link" href="/dashboard">
          Back to your tasks
        </a>
      </p>
    </main>
  );
}
