/** Light, dark or as the system says; kept in a cookie, so that the server already sends the page in the right one. */
export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

export const THEME_COOKIE = 'theme';
const YEAR_S = 31_536_000;

export const themeOf = (text: string | undefined): Theme => THEMES.find((one) => one === text) ?? 'system';

export function setTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing outside https and in older browsers
  document.cookie = `${THEME_COOKIE}=${theme};path=/;max-age=${YEAR_S};samesite=lax`;
}
