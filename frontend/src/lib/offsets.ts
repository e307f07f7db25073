/** A reminder's ISO 8601 offset and the amount, unit and side by which people name it. */

export const UNITS = ['minutes', 'hours', 'days', 'weeks'] as const;
export type Unit = (typeof UNITS)[number];
export interface Lead {
  amount: number;
  unit: Unit;
  side: 'before' | 'after';
}

const OFFSET = /^([+-]?)P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;

/** Null when the offset mixes units that one amount can't say (`-P1DT2H`). */
export function leadOf(offset: string): Lead | null {
  const [all, sign, ...texts] = OFFSET.exec(offset) ?? [];
  if (all === undefined) return null;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = texts.map((one) => Number(one ?? 0));
  const side = sign === '-' ? 'before' : 'after';
  const calendar = weeks * 7 + days;
  const clock_s = hours * 3600 + minutes * 60 + seconds;
  if (calendar > 0 && clock_s > 0) return null;
  if (calendar > 0)
    return calendar % 7 ? { amount: calendar, unit: 'days', side } : { amount: calendar / 7, unit: 'weeks', side };
  if (clock_s === 0) return { amount: 0, unit: 'minutes', side: 'before' };
  if (clock_s % 60) return null;
  return clock_s % 3600
    ? { amount: clock_s / 60, unit: 'minutes', side }
    : { amount: clock_s / 3600, unit: 'hours', side };
}

export function offsetOf({ amount, unit, side }: Lead): string {
  if (amount === 0) return 'PT0S';
  const sign = side === 'before' ? '-' : '';
  const body = { minutes: `T${amount}M`, hours: `T${amount}H`, days: `${amount}D`, weeks: `${amount}W` }[unit];
  return `${sign}P${body}`;
}

export function offsetWords(offset: string): string {
  const lead = leadOf(offset);
  if (!lead) return offset;
  if (lead.amount === 0) return 'when due';
  const unit = lead.amount === 1 ? lead.unit.slice(0, -1) : lead.unit;
  return `${lead.amount} ${unit} ${lead.side}`;
}
