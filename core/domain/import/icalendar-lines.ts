/** A calendar file becomes components with their content lines; each line knows where it stood, and one bad line spoils no other. */
import { malformedFile } from './plan.ts';

export interface ContentLine {
  /** Of the first of its folded lines, counted from 1. */
  line: number;
  text: string;
}

export interface Component {
  /** In capitals: VCALENDAR, VTODO. */
  name: string;
  line: number;
  lines: ContentLine[];
  children: Component[];
}

/** RFC 5545 nests three deep: a calendar, a to-do, its alarm. */
const depth_max = 10;
/** Only these are looked into; of the others the summary is kept, for the report. */
const read_components = new Set(['VCALENDAR', 'VTODO', 'VALARM', 'VTIMEZONE']);

export function readCalendars(text: string): Component[] {
  const calendars: Component[] = [];
  const open: Component[] = [];
  eachContentLine(text, (content) => {
    const mark = /^(BEGIN|END):\s*([A-Za-z0-9-]{1,60})\s*$/i.exec(content.text);
    const inner = open.at(-1);
    if (!mark) {
      if (inner) keepLine(inner, content);
      else if (content.text.trim() !== '') throw malformedFile(`line ${content.line} is not part of a calendar`);
      return;
    }
    const name = mark[2]!.toUpperCase();
    if (mark[1]!.toUpperCase() === 'BEGIN') {
      begin(name, content.line, inner, open, calendars);
    } else if (inner?.name === name) {
      open.pop();
    } else {
      throw malformedFile(`line ${content.line} ends ${name}, but ${inner?.name ?? 'nothing'} is open`);
    }
  });
  const unclosed = open.at(-1);
  if (unclosed) throw malformedFile(`breaks off: ${unclosed.name} of line ${unclosed.line} never ends`);
  if (calendars.length === 0) throw malformedFile('is empty');
  return calendars;
}

function begin(
  name: string,
  line: number,
  inner: Component | undefined,
  open: Component[],
  calendars: Component[],
): void {
  const component: Component = { name, line, lines: [], children: [] };
  if (inner) inner.children.push(component);
  else if (name === 'VCALENDAR') calendars.push(component);
  else throw malformedFile(`line ${line} begins ${name} outside of a VCALENDAR, so this is not an iCalendar file`);
  open.push(component);
  if (open.length > depth_max) throw malformedFile(`line ${line} nests components more than ${depth_max} deep`);
}

function keepLine(component: Component, content: ContentLine): void {
  if (read_components.has(component.name) || /^SUMMARY[;:]/i.test(content.text)) component.lines.push(content);
}

/** Several times what the longest property may keep. Unbounded, one-letter folds would be a string of ten million pieces. */
const line_length_max = 400_000;

/** RFC 5545, 3.1: a line that starts with a blank goes on with the one before. Bare line feeds are common and fine. */
function eachContentLine(text: string, take: (content: ContentLine) => void): void {
  let current: ContentLine | null = null;
  let number = 0;
  for (let at = 0; at < text.length; ) {
    const found = text.indexOf('\n', at);
    const end = found < 0 ? text.length : found;
    const last = text.charCodeAt(end - 1) === 13 && end > at ? end - 1 : end;
    const line = text.slice(at, Math.min(last, at + line_length_max));
    number += 1;
    at = end + 1;
    if (current !== null && (line.startsWith(' ') || line.startsWith('\t'))) {
      if (current.text.length < line_length_max) current.text += line.slice(1);
    } else {
      if (current !== null && current.text !== '') take(current);
      current = { line: number, text: line };
    }
  }
  if (current !== null && current.text !== '') take(current);
}
