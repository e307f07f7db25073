/** One use case's view of the store: what it has loaded, what it has changed, and one commit of all of it. */
import type { Project } from '../contracts/model.ts';
import { isNothing, NOTHING, type PlainChange } from '../domain/change-set.ts';
import { type Edit, planChanges } from '../domain/changes.ts';
import { instantText, isAllDay } from '../domain/due-date.ts';
import { notFound } from '../domain/failure.ts';
import type { LedgerRow, OccurrenceRecord, SeriesRecord, TaskRecord, UserSettings } from '../domain/model.ts';
import { positionAtEnd } from '../domain/position.ts';
import { searchText } from '../domain/search-text.ts';
import { changedFields, type DomainContext } from '../domain/task.ts';
import type { Changes, StoredAnswer, TaskStore } from '../ports.ts';
import type { RequestContext, WriteDeps } from './context.ts';

export class Workspace {
  readonly store: TaskStore;
  readonly now: Temporal.Instant;
  readonly context: RequestContext;
  /** The rules' view of this request. */
  readonly domain: DomainContext;
  settings: UserSettings;

  readonly #tasks = new Map<string, Edit<TaskRecord>>();
  readonly #series = new Map<string, Edit<SeriesRecord>>();
  readonly #occurrences = new Map<string, Edit<OccurrenceRecord>>();
  readonly #since = new Map<string, Temporal.Instant>();
  readonly #families = new Set<string>();
  readonly #pendingLoaded = new Set<string>();
  readonly #expected = new Map<string, number>();
  readonly #extra: Partial<Changes> = {};
  #projects: Project[] | null = null;
  #positions = 0;
  #isDiscarded = false;
  #ledgerBefore: readonly LedgerRow[] | undefined;

  constructor(deps: WriteDeps, context: RequestContext) {
    this.store = deps.store;
    this.now = deps.clock.now();
    this.context = context;
    this.settings = context.settings;
    this.domain = { settings: context.settings, now: this.now, newId: () => deps.ids.next() };
  }

  get owner_id(): string {
    return this.settings.owner_id;
  }

  // --- Tasks -------------------------------------------------------------------------------------------------------

  async loadTasks(ids: readonly string[]): Promise<void> {
    const missing = [...new Set(ids)].filter((id) => !this.#tasks.has(id));
    if (missing.length > 0) this.#keep(await this.store.tasks(this.owner_id, missing));
  }

  /** Subtrees below the given tasks; afterwards `descendants` knows them. */
  async loadFamilies(ids: readonly string[]): Promise<void> {
    const missing = [...new Set(ids)].filter((id) => !this.#families.has(id));
    if (missing.length === 0) return;
    this.#keep(await this.store.descendants(this.owner_id, missing));
    for (const id of missing) this.#families.add(id);
  }

  async loadPendingOccurrences(series_ids: readonly string[]): Promise<void> {
    const missing = [...new Set(series_ids)].filter((id) => !this.#pendingLoaded.has(id));
    if (missing.length === 0) return;
    this.#keep(await this.store.pendingOccurrences(this.owner_id, missing));
    for (const id of missing) this.#pendingLoaded.add(id);
  }

  /** The task as it stands in this workspace; a Failure when there is none of that id that is the user's. */
  async task(id: string): Promise<TaskRecord> {
    const found = await this.findTask(id);
    if (found === null) throw notFound('task');
    return found;
  }

  async findTask(id: string): Promise<TaskRecord | null> {
    await this.loadTasks([id]);
    return this.#tasks.get(id)?.after ?? null;
  }

  /** Children, grandchildren and so on, parents before their children. */
  async descendants(id: string): Promise<TaskRecord[]> {
    await this.loadFamilies([id]);
    const family = new Set([id]);
    const found: TaskRecord[] = [];
    for (let grew = true; grew; ) {
      grew = false;
      for (const { after } of this.#tasks.values()) {
        if (after?.parent_id == null || family.has(after.id) || !family.has(after.parent_id)) continue;
        family.add(after.id);
        found.push(after);
        grew = true;
      }
    }
    return found;
  }

  async pendingOccurrences(series_id: string): Promise<TaskRecord[]> {
    await this.loadPendingOccurrences([series_id]);
    return [...this.#tasks.values()].flatMap(({ after }) =>
      after?.series_id === series_id && after.status === 'pending' ? [after] : [],
    );
  }

  /** Records a new state of a task; returns it with the version and time this commit gives it. */
  putTask(task: TaskRecord): TaskRecord {
    const before = this.#tasks.get(task.id)?.before ?? null;
    const after = stamped(before, task, before === null || changedFields(before, task).length > 0, this.now);
    this.#tasks.set(task.id, { before, after });
    return after;
  }

  /** A task that came to be at an earlier moment than now: reminders from then on still count. */
  putTaskSince(task: TaskRecord, since: Temporal.Instant): TaskRecord {
    this.#since.set(task.id, since);
    return this.putTask(task);
  }

  removeTask(id: string): void {
    const edit = this.#tasks.get(id);
    if (edit === undefined) throw new Error(`remove of a task that was not loaded: ${id}`);
    if (edit.before === null) this.#tasks.delete(id);
    else this.#tasks.set(id, { before: edit.before, after: null });
  }

  async tasksOfProject(project_id: string): Promise<TaskRecord[]> {
    this.#keep(await this.store.tasksOfProject(this.owner_id, project_id));
    return this.#all().filter((task) => task.project_id === project_id);
  }

  async tasksWithTag(name: string): Promise<TaskRecord[]> {
    this.#keep(await this.store.tasksWithTag(this.owner_id, name));
    const key = searchText(name);
    return this.#all().filter((task) => task.tags.some((tag) => searchText(tag) === key));
  }

  async pendingAllDayTasks(): Promise<TaskRecord[]> {
    this.#keep(await this.store.pendingAllDayTasks(this.owner_id));
    return this.#all().filter((task) => task.status === 'pending' && task.due_date !== null && isAllDay(task.due_date));
  }

  #all(): TaskRecord[] {
    return [...this.#tasks.values()].flatMap(({ after }) => after ?? []);
  }

  /** A task and everything above it, up to the root. */
  async lineage(task: TaskRecord): Promise<TaskRecord[]> {
    if (task.parent_id !== null && !this.#tasks.has(task.parent_id))
      this.#keep(await this.store.ancestors(this.owner_id, task.id));
    const above = [task];
    for (let at = task; at.parent_id !== null; ) {
      at = await this.task(at.parent_id);
      if (above.some((seen) => seen.id === at.id)) break;
      above.push(at);
    }
    return above;
  }

  /** Who is in a place, in order, as this workspace has it. */
  async siblings(place: { project_id: string; parent_id: string | null }): Promise<{ id: string; position: string }[]> {
    const stored = await this.store.siblingPositions(this.owner_id, place);
    const here = new Map(
      stored.filter((sibling) => !this.#tasks.has(sibling.id)).map((sibling) => [sibling.id, sibling]),
    );
    for (const { after } of this.#tasks.values()) {
      if (after !== null && after.project_id === place.project_id && after.parent_id === place.parent_id)
        here.set(after.id, after);
    }
    return [...here.values()].sort((a, b) =>
      a.position < b.position ? -1 : a.position > b.position ? 1 : a.id < b.id ? -1 : 1,
    );
  }

  /** This task is not written, but the commit fails if somebody changes it meanwhile. */
  expectUnchanged(task: TaskRecord): void {
    const before = this.#tasks.get(task.id)?.before ?? null;
    if (before !== null) this.#expected.set(task.id, before.version);
  }

  nextPosition(): string {
    this.#positions += 1;
    return positionAtEnd(this.now, this.#positions - 1);
  }

  #keep(tasks: readonly TaskRecord[]): void {
    for (const task of tasks) if (!this.#tasks.has(task.id)) this.#tasks.set(task.id, { before: task, after: task });
  }

  // --- Series ------------------------------------------------------------------------------------------------------

  async loadSeries(ids: readonly string[]): Promise<void> {
    const missing = [...new Set(ids)].filter((id) => !this.#series.has(id));
    if (missing.length === 0) return;
    for (const series of await this.store.series(this.owner_id, missing))
      this.#series.set(series.id, { before: series, after: series });
  }

  async findSeries(id: string): Promise<SeriesRecord | null> {
    await this.loadSeries([id]);
    return this.#series.get(id)?.after ?? null;
  }

  async seriesOf(task: TaskRecord): Promise<SeriesRecord | null> {
    return task.series_id === null ? null : await this.findSeries(task.series_id);
  }

  putSeries(series: SeriesRecord): SeriesRecord {
    const before = this.#series.get(series.id)?.before ?? null;
    const differs =
      before === null || JSON.stringify({ ...before, version: 0 }) !== JSON.stringify({ ...series, version: 0 });
    const after = stamped(before, series, differs, this.now);
    this.#series.set(series.id, { before, after: differs ? after : before });
    return after;
  }

  /** A claim: if anybody has made this occurrence before, the commit fails. */
  claim(series_id: string, occurrence: string, outcome: OccurrenceRecord['outcome'], task_id: string | null): void {
    this.#occurrences.set(`${series_id} ${occurrence}`, {
      before: null,
      after: this.#occurrence(series_id, occurrence, outcome, task_id),
    });
  }

  /** What became of an occurrence that was claimed before. */
  settle(
    series_id: string,
    occurrence: string,
    outcome: OccurrenceRecord['outcome'],
    task_id: string | null,
    at = instantText(this.now),
  ): void {
    const key = `${series_id} ${occurrence}`;
    const after = { ...this.#occurrence(series_id, occurrence, outcome, task_id), at };
    const edit = this.#occurrences.get(key);
    this.#occurrences.set(key, { before: edit === undefined ? { ...after, outcome: 'open' } : edit.before, after });
  }

  /** As if it had never been: it may come again. */
  release(series_id: string, occurrence: string): void {
    const key = `${series_id} ${occurrence}`;
    const edit = this.#occurrences.get(key);
    if (edit !== undefined && edit.before === null) this.#occurrences.delete(key);
    else this.#occurrences.set(key, { before: this.#occurrence(series_id, occurrence, 'open', null), after: null });
  }

  #occurrence(
    series_id: string,
    occurrence: string,
    outcome: OccurrenceRecord['outcome'],
    task_id: string | null,
  ): OccurrenceRecord {
    return { series_id, occurrence, outcome, task_id, at: instantText(this.now) };
  }

  // --- The rest ----------------------------------------------------------------------------------------------------

  /** Tells which moments are really there, when the rules by which they were worked out are no longer the same. */
  setLedgerBefore(rows: readonly LedgerRow[]): void {
    this.#ledgerBefore = rows;
  }

  async projects(): Promise<Project[]> {
    this.#projects ??= await this.store.projects(this.owner_id);
    return this.#projects;
  }

  insertProject(project: Project): void {
    this.also('projects_inserted', project);
    this.#projects?.push(project);
  }

  /** Adds a change of something that is neither a task nor a series: nothing follows from it but itself. */
  also<K extends PlainChange>(kind: K, record: Changes[K][number]): void {
    const sofar: readonly unknown[] = this.#extra[kind] ?? [];
    Object.assign(this.#extra, { [kind]: [...sofar, record] });
  }

  putSettings(settings: UserSettings): void {
    this.#extra.settings = settings;
    this.settings = settings;
  }

  /** For a trial run: what was done here is not committed. */
  discard(): void {
    this.#isDiscarded = true;
  }

  async commit(answer: StoredAnswer | null): Promise<void> {
    if (this.#isDiscarded) return;
    const planned = planChanges({
      owner_id: this.owner_id,
      now: this.now,
      traceparent: this.context.traceparent,
      tasks: this.#tasks,
      series: this.#series,
      occurrences: this.#occurrences,
      since: this.#since,
      day_start_before: this.context.settings.day_start,
      day_start: this.settings.day_start,
      newId: this.domain.newId,
      ledger_before: this.#ledgerBefore,
    });
    const written = new Set([...planned.tasks_updated, ...planned.tasks_deleted].map((task) => task.id));
    const expected = [...this.#expected].filter(([id]) => !written.has(id)).map(([id, version]) => ({ id, version }));
    const changes: Changes = { settings: null, ...NOTHING, ...this.#extra, ...planned, expected, answer };
    if (!isNothing(changes)) await this.store.commit(changes);
  }
}

function stamped<T extends { version: number; updated_at: string }>(
  before: T | null,
  after: T,
  differs: boolean,
  now: Temporal.Instant,
): T {
  if (before === null) return { ...after, version: 1 };
  return differs ? { ...after, version: before.version + 1, updated_at: instantText(now) } : before;
}
