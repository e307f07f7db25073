/** What a line will become, said in chips; before anything is typed, what one may write. */
import type { ReactNode } from 'react';
import type { Parsed } from '../../lib/api.ts';
import { dueIn, dueWords, momentWords, wallClock } from '../../lib/dates.ts';
import { Icon, type IconName } from '../../lib/icons.tsx';
import { offsetWords } from '../../lib/offsets.ts';
import { ruleInWords } from '../../lib/rule-in-words.ts';
import { useNow } from '../../lib/time-hooks.ts';

export function Understood({ parsed, zone }: { parsed: Parsed | null; zone: string }) {
  const now_ms = useNow();
  if (!parsed) {
    return (
      <p className="truncate">
        <span className="max-sm:hidden">Write as you speak: </span>“Pay rent every month on the 1st at 9am #Home !high”
      </p>
    );
  }
  const chips = chipsOf(parsed, zone, now_ms);
  if (chips.length === 0) return <p>Enter adds it, with no date</p>;
  return (
    <ul className="flex flex-wrap gap-1.5" aria-label="Understood">
      {chips.map(({ icon, words }) => (
        <Chip key={`${icon} ${words}`} icon={icon}>
          {words}
        </Chip>
      ))}
    </ul>
  );
}

function Chip({ icon, children }: { icon: IconName; children: ReactNode }) {
  return (
    <li className="chip">
      <Icon name={icon} className="size-3.5" />
      {children}
    </li>
  );
}

function chipsOf(parsed: Parsed, zone: string, now_ms: number): { icon: IconName; words: string }[] {
  const today = wallClock(now_ms, zone).date;
  const chips: { icon: IconName; words: string }[] = [];
  const add = (icon: IconName, words: string) => chips.push({ icon, words });
  if (parsed.due_date) add('due_date', dueWords(dueIn(zone, parsed.due_date), today));
  if (parsed.recurrence_rule) add('recurrence_rule', ruleInWords(parsed.recurrence_rule, parsed.repeat_from));
  for (const reminder of parsed.reminders ?? []) {
    const words =
      'offset' in reminder ? offsetWords(reminder.offset) : momentWords(Date.parse(reminder.at), now_ms, zone);
    add('reminder', words);
  }
  if (parsed.project) add('project', parsed.project);
  for (const tag of parsed.tags) add('tag', tag);
  if (parsed.priority !== 'none') add('priority', parsed.priority);
  return chips;
}
