/** Nothing here: said kindly, with a line to try when there is nothing at all. */
import { useTasks } from '../app.tsx';
import { QUICK_ADD_ID } from '../quick-add/draft.ts';
import type { View } from './views.ts';

const WORDS: Record<View['kind'], [string, string]> = {
  all: ['All done', 'Nothing is waiting for you.'],
  today: ['Nothing is due today', 'Enjoy it, or take something from what is upcoming.'],
  upcoming: ['Nothing is planned', 'Tasks with a date after today show up here.'],
  project: ['Nothing here yet', 'What you add now goes into this project.'],
  completed: ['Nothing is completed yet', 'What you tick off can be found here again.'],
};
const EXAMPLE = 'Water the plants every week on sunday at 10am !low';

export function EmptyList({ view }: { view: View }) {
  const first = useTasks().size === 0 && view.kind === 'all';
  const [title, detail] = first
    ? ['A fresh start', 'Write what you have to do, as you would say it. Try one:']
    : WORDS[view.kind];
  return (
    <div className="mt-14 max-w-lg space-y-2">
      <h2 className="text-lg font-semibold">{title}</h2>
      <p className="text-muted">{detail}</p>
      {first && (
        <button type="button" className="example" onClick={() => tryExample()}>
          {EXAMPLE}
        </button>
      )}
    </div>
  );
}

/** Puts the example into the field as if it had been typed, so that it can be watched being understood. */
function tryExample(): void {
  const field = document.getElementById(QUICK_ADD_ID);
  if (!(field instanceof HTMLTextAreaElement)) return;
  field.focus();
  field.select();
  document.execCommand('insertText', false, EXAMPLE);
}
