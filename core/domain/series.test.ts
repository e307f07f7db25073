import { describe, expect, it } from 'vitest';
import { anId, aSeries, instant, someSettings } from '../../tests/support/records.ts';
import { advance, appearsAt, rescheduled, resumed, withNext } from './series.ts';

const settings = someSettings();
const daily = {
  recurrence_rule: 'FREQ=DAILY',
  anchor: '2026-11-20T09:00:00',
  latest_occurrence: '2026-11-20T09:00:00',
};

describe('an occurrence appears', () => {
  it('when its own local day begins', () => {
    expect(appearsAt(aSeries(), '2027-01-01T09:00:00', settings).toString()).toBe('2026-12-31T23:00:00Z');
  });

  it('at its time, for a rule finer than daily', () => {
    const series = aSeries({ recurrence_rule: 'FREQ=HOURLY;INTERVAL=4', anchor: '2026-12-01T09:00:00' });
    expect(appearsAt(series, '2026-12-01T13:00:00', settings).toString()).toBe('2026-12-01T12:00:00Z');
  });

  it('at its earliest reminder, when that is before: a day-ahead reminder is not lost behind an overdue task', () => {
    const series = aSeries({ template: { ...aSeries().template, reminders: [{ id: anId(), offset: '-P1D' }] } });
    expect(appearsAt(series, '2027-01-01T09:00:00', settings).toString()).toBe('2026-12-31T08:00:00Z');
  });

  it('where midnight does not exist, when the day begins', () => {
    const series = aSeries({
      ...daily,
      time_zone: 'America/Santiago',
      anchor: '2026-09-05T09:00:00',
      latest_occurrence: '2026-09-05T09:00:00',
    });
    expect(appearsAt(series, '2026-09-06T09:00:00', settings).toString()).toBe('2026-09-06T04:00:00Z');
  });
});

describe('what comes next', () => {
  it('comes at once when the latest is completed early', () => {
    expect(advance(aSeries(), settings, instant('2026-11-15T10:00:00Z'), '2026-11-15')).toEqual({
      occurrence: '2027-01-01T09:00:00',
      missed: [],
    });
  });

  it('waits for its day when the latest is not done', () => {
    expect(advance(aSeries(), settings, instant('2026-12-31T22:59:59Z'), null)).toBeNull();
    expect(advance(aSeries(), settings, instant('2026-12-31T23:00:00Z'), null)).toEqual({
      occurrence: '2027-01-01T09:00:00',
      missed: [],
    });
  });

  it('is only the newest one due after time without service; those in between are missed', () => {
    expect(advance(aSeries(daily), settings, instant('2026-11-24T12:00:00Z'), null)).toEqual({
      occurrence: '2026-11-24T09:00:00',
      missed: ['2026-11-21T09:00:00', '2026-11-22T09:00:00', '2026-11-23T09:00:00'],
    });
  });

  it('does not pass over today for a tomorrow that only shows early', () => {
    const series = aSeries({
      ...daily,
      template: { ...aSeries().template, reminders: [{ id: anId(), offset: '-P1D' }] },
    });
    expect(advance(series, settings, instant('2026-11-24T12:00:00Z'), null)?.occurrence).toBe('2026-11-24T09:00:00');
  });

  it('is bounded after years without service', () => {
    const series = aSeries({
      recurrence_rule: 'FREQ=MINUTELY;INTERVAL=5',
      anchor: '2024-01-01T00:00:00',
      latest_occurrence: '2024-01-01T00:00:00',
    });
    const step = advance(series, settings, instant('2026-11-24T12:03:00Z'), null);
    expect(step?.occurrence).toBe('2026-11-24T13:00:00');
    expect(step?.missed).toHaveLength(1_000);
    expect(step?.missed.at(-1)).toBe('2026-11-24T12:55:00');
  });

  it('counts from the day of completion, late or early, when asked to', () => {
    const series = aSeries({ ...daily, recurrence_rule: 'FREQ=DAILY;INTERVAL=3', repeat_from: 'completion' });
    expect(advance(series, settings, instant('2026-11-25T10:00:00Z'), '2026-11-25')?.occurrence).toBe(
      '2026-11-28T09:00:00',
    );
    expect(advance(series, settings, instant('2026-11-18T10:00:00Z'), '2026-11-18')?.occurrence).toBe(
      '2026-11-21T09:00:00',
    );
    expect(advance(series, settings, instant('2030-01-01T00:00:00Z'), null)).toBeNull();
  });

  it('is nothing while paused, after the end, and when COUNT is used up', () => {
    const now = instant('2030-01-01T00:00:00Z');
    expect(advance(aSeries({ paused: true }), settings, now, '2030-01-01')).toBeNull();
    expect(advance(aSeries({ ended_at: '2026-12-01T00:00:00.000Z' }), settings, now, '2030-01-01')).toBeNull();
    const counted = aSeries({
      ...daily,
      recurrence_rule: 'FREQ=DAILY;INTERVAL=3;COUNT=2',
      repeat_from: 'completion',
      occurrence_count: 2,
    });
    expect(advance({ ...counted, ended_at: null }, settings, now, '2030-01-01')).toBeNull();
  });
});

describe('a series', () => {
  it('ends when its rule has no further instance', () => {
    const series = aSeries({ recurrence_rule: 'FREQ=MONTHLY;BYMONTHDAY=1;COUNT=1' });
    expect(series).toMatchObject({ next_occurrence: null, appears_at: null, ended_at: '2026-11-01T08:00:00.000Z' });
  });

  it('goes on after a pause with what is not over yet, making up for nothing', () => {
    const paused = aSeries({ ...daily, paused: true });
    expect(paused.appears_at).toBeNull();
    expect(resumed(paused, settings, instant('2026-11-24T06:00:00Z'))).toMatchObject({
      paused: false,
      next_occurrence: '2026-11-24T09:00:00',
    });
    expect(resumed(paused, settings, instant('2026-11-24T12:00:00Z')).next_occurrence).toBe('2026-11-25T09:00:00');
  });

  it('keeps what is left of a COUNT when its time is changed', () => {
    const series = aSeries({ ...daily, recurrence_rule: 'FREQ=DAILY;COUNT=5' });
    const later = rescheduled(
      series,
      { anchor: '2026-11-22T18:00:00', rule: series.recurrence_rule, time_zone: 'Europe/Berlin', repeat_from: 'due' },
      '2026-11-22T09:00:00',
    );
    expect(later.recurrence_rule).toBe('FREQ=DAILY;COUNT=3');
    expect(withNext(later, settings, instant('2026-11-22T10:00:00Z')).next_occurrence).toBe('2026-11-23T18:00:00');
  });
});
