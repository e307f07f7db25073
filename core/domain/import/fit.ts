/** Titles, descriptions and tags of any size become ones that a task may have; what had to go is reported. */
import { cut } from './plan.ts';

/** Says that one field of the task at hand was not taken as it was. */
export type Report = (field: string, message: string) => void;

const title_length_max = 500;
const description_length_max = 50_000;
const tag_length_max = 50;
const tags_max = 50;

/** A title is one line; empty if there is nothing to see in it. */
export function fitTitle(text: string, report: Report): string {
  const title = text.replace(/\s+/g, ' ').trim();
  if (title.length <= title_length_max) return title;
  report('title', `was cut to ${title_length_max} characters`);
  return cut(title, title_length_max).trimEnd();
}

export function fitDescription(text: string, report: Report): string {
  const description = text.replace(/\r\n?/g, '\n').trim();
  if (description.length <= description_length_max) return description;
  report('description', `was cut to ${description_length_max} characters`);
  return cut(description, description_length_max).trimEnd();
}

export function fitTags(names: readonly string[], report: Report): string[] {
  const tags = new Map<string, string>();
  for (const name of names) {
    const whole = name.replace(/\s+/g, ' ').trim();
    if (whole === '') continue;
    const tag = cut(whole, tag_length_max).trimEnd();
    if (tag !== whole) report('tags', `“${tag}…” was cut to ${tag_length_max} characters`);
    const folded = tag.toLowerCase();
    if (!tags.has(folded)) tags.set(folded, tag);
  }
  if (tags.size > tags_max) report('tags', `${tags.size - tags_max} of ${tags.size} were left out`);
  return [...tags.values()].slice(0, tags_max);
}
