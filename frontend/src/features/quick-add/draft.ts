/** A line that is being written survives the way over the sign-in page. */
export const QUICK_ADD_ID = 'quick-add';
const KEY = 'taskflow-draft';

export function keepDraft(): void {
  const field = document.getElementById(QUICK_ADD_ID);
  if (field instanceof HTMLTextAreaElement && field.value !== '') sessionStorage.setItem(KEY, field.value);
}

export const readDraft = (): string => sessionStorage.getItem(KEY) ?? '';

export const dropDraft = (): void => sessionStorage.removeItem(KEY);
