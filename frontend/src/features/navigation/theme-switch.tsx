/** Light, dark, or as the system. */
import { useEffect, useState } from 'react';
import { Icon } from '../../lib/icons.tsx';
import { setTheme, THEMES, type Theme, themeOf } from '../../lib/theme.ts';

const ICONS = { system: 'system', light: 'sun', dark: 'moon' } as const;
const NAMES: Record<Theme, string> = { system: 'As the system', light: 'Light', dark: 'Dark' };

export function ThemeSwitch() {
  const [theme, setShown] = useState<Theme>('system');
  useEffect(() => setShown(themeOf(document.documentElement.dataset.theme)), []);
  return (
    <fieldset className="theme-switch">
      <legend className="sr-only">Theme</legend>
      {THEMES.map((one) => (
        <label key={one} title={NAMES[one]}>
          <input
            type="radio"
            name="theme"
            className="sr-only"
            aria-label={NAMES[one]}
            checked={theme === one}
            onChange={() => {
              setTheme(one);
              setShown(one);
            }}
          />
          <Icon name={ICONS[one]} />
        </label>
      ))}
    </fieldset>
  );
}
