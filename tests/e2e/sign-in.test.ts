/** The way in works as soon as it can be used, and not before: a password is never part of an address. */
import { expect, test } from 'vitest';
import { eventually, useTaskFlow } from './support.ts';

const app = useTaskFlow();

test('a password typed before the page is alive does not end up in its address', async () => {
  const { page } = await app.open();
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route(/\.js(?:\?|$)/, async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('/sign-in', { waitUntil: 'commit' });
  await page.getByLabel('E-mail').fill('robin@example.org');
  await page.getByLabel('Password').fill('correct horse');
  await page.getByLabel('Password').press('Enter');
  const button = page.getByRole('button', { name: 'Sign in' });
  expect(await button.isDisabled()).toBe(true);
  expect(page.url()).not.toContain('?');
  release();
  await eventually(() => button.isEnabled());
  expect(await page.getByLabel('Password').inputValue()).toBe('correct horse');
});
