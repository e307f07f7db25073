/** The browser of the end-to-end tests and the screenshots: the machine's own Chromium, asking nothing of the network by itself. */
import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const ARGUMENTS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launchBrowser(): Promise<Browser> {
  if (!existsSync(CHROMIUM))
    throw new Error(
      `There is no Chromium at ${CHROMIUM}: install Debian's package "chromium", or name another in CHROMIUM.`,
    );
  return chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
}
