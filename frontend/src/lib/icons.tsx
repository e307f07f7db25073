/** The page's icons: one stroke, drawn here, so that no icon library is loaded. */

const PATHS = {
  inbox: 'M4 13h4l1.5 3h5L16 13h4M4 13l2.5-8h11L20 13v5a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1z',
  all: 'M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01',
  today:
    'M12 3v2M12 19v2M5.6 5.6 7 7M17 17l1.4 1.4M3 12h2M19 12h2M5.6 18.4 7 17M17 7l1.4-1.4M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8',
  upcoming: 'M5 5h14a1 1 0 0 1 1 1v13a1 1 0 0 1-1 1H5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1M4 10h16M8 3v4M16 3v4',
  completed: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18M8.5 12.2l2.4 2.4 4.6-5',
  project: 'M9 4 7 20M17 4l-2 16M4.5 9h16M3.5 15h16',
  tag: 'M4 5v6.2a2 2 0 0 0 .6 1.4l7 7a1.5 1.5 0 0 0 2.1 0l5.9-5.9a1.5 1.5 0 0 0 0-2.1l-7-7A2 2 0 0 0 11.200 4H5a1 1 0 0 0-1 1M8 8h.01',
  due_date: 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16M12 8v4.200l2.800 1.800',
  recurrence_rule:
    'M4 11V9.500A3.500 3.500 0 0 1 7.500 6H19m-3-3 3 3-3 3M20 13v1.500a3.500 3.500 0 0 1-3.500 3.500H5m3 3-3-3 3-3',
  reminder: 'M6 16V11a6 6 0 0 1 12 0v5l1.500 2h-15zM10 20.500h4',
  priority: 'M6 21V4M6 5h11l-2 4 2 4H6',
  close: 'M6 6l12 12M18 6 6 18',
  menu: 'M4 7h16M4 12h16M4 17h16',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8M12 3v1.500M12 19.500V21M3 12h1.500M19.500 12H21M5.600 5.600l1 1M17.400 17.400l1 1M5.600 18.400l1-1M17.400 6.600l1-1',
  moon: 'M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10',
  system: 'M4 5h16v11H4zM9 20h6M12 16v4',
  keyboard: 'M3 7h18v10H3zM7 10.500h.01M11 10.500h.01M15 10.500h.01M8 13.800h8',
  sign_out: 'M14 4H6a1 1 0 0 0-1 1v14a1 1 0 0 0 1 1h8M10 12h10m-3.500-3.500L20 12l-3.500 3.500',
  plus: 'M12 5v14M5 12h14',
  trash: 'M5 7h14M9 7V4.500h6V7M7 7l1 13h8l1-13',
  skip: 'M5 6l8 6-8 6zM18 6v12',
  note: 'M5 6h14M5 11h14M5 16h8',
} as const;
export type IconName = keyof typeof PATHS;

export function Icon({ name, className = 'size-4' }: { name: IconName; className?: string }) {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 24 24"
      className={`shrink-0 ${className}`}
      fill="none"
      stroke="currentColor"
      strokeWidth="1.7"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

const BARS = { none: 0, low: 1, medium: 2, high: 3, urgent: 4 } as const;

/** Priority as rising bars: told apart without colour. */
export function PriorityBars({ priority }: { priority: keyof typeof BARS }) {
  const level = BARS[priority];
  return (
    <svg aria-hidden="true" viewBox="0 0 16 16" className="size-3.5 shrink-0">
      {[1, 2, 3, 4].map((bar) => (
        <rect
          key={bar}
          x={bar * 4 - 4}
          y={16 - bar * 4}
          width="3"
          height={bar * 4}
          rx="1"
          fill="currentColor"
          opacity={bar <= level ? 1 : 0.22}
        />
      ))}
    </svg>
  );
}
