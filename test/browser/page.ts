import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Browser, type Locator, type Page } from 'playwright-core';

/** A pane of the playground page. */
export type PaneName = 'slack' | 'teams';

/**
 * The path of a Chromium on this machine. Null where there is none: then the tests that need it are skipped with a
 * loud line, except on CI, where they fail.
 */
export const chromiumPath = findChromium();

/** The page, as a person uses it. */
export class PlaygroundPage {
  readonly page: Page;
  /** What the browser complained of: console errors, scripts that threw, violations of the page's security policy. */
  readonly complaints: string[] = [];
  /** Addresses that were asked for. */
  readonly requests: string[] = [];
  /** What messages of Octopus have ever said, also those that were edited since. */
  readonly said: string[] = [];
  readonly #browser: Browser;

  constructor(browser: Browser, page: Page) {
    this.#browser = browser;
    this.page = page;
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('request', (request) => this.requests.push(request.url()));
  }

  pane(name: PaneName): Locator {
    return this.page.locator(`#${name}-pane`);
  }

  /** Types into a pane's composer and presses Enter. */
  async say(pane: PaneName, text: string): Promise<void> {
    const field = this.pane(pane).getByRole('textbox', { name: 'Message to' });
    await field.fill(text);
    await field.press('Enter');
  }

  /** The newest message of Octopus in the place that the pane shows. */
  lastMessage(pane: PaneName): Locator {
    return this.pane(pane).locator('article.bot').last();
  }

  /** Presses the newest button of that label; where it asks for confirmation, the caller answers. */
  async press(pane: PaneName, label: string): Promise<void> {
    await this.pane(pane).locator('article').getByRole('button', { name: label, exact: true }).last().click();
  }

  /** Goes to `#lab` or to the direct conversation. */
  async go(pane: PaneName, place: '#lab' | 'direct'): Promise<void> {
    await this.pane(pane)
      .locator('.place')
      .nth(place === 'direct' ? 1 : 0)
      .click();
  }

  /** Plays another user, by name. */
  async play(name: string): Promise<void> {
    await this.page.getByRole('radio', { name }).check({ force: true });
  }

  /** Moves the clock forward, `13d` for example, and waits until it has moved. */
  async advance(length: string): Promise<void> {
    await this.page.getByLabel('Move the clock forward by').fill(length);
    await Promise.all([
      this.page.waitForResponse((response) => response.url().endsWith('/clock')),
      this.page.getByRole('button', { name: 'Go' }).click(),
    ]);
  }

  close(): Promise<void> {
    return this.#browser.close();
  }
}

/**
 * Opens a link of the playground in a browser of its own, and waits until both panes are there. `waitMs`: how long every
 * wait is patient.
 */
export async function openPlayground(
  url: string,
  {
    width = 1440,
    height = 900,
    dark = false,
    waitMs = 300_000,
  }: { width?: number; height?: number; dark?: boolean; waitMs?: number } = {},
): Promise<PlaygroundPage> {
  if (chromiumPath === null) throw new Error(wayToGetIt);
  const browser = await chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
  const page = await browser.newPage({
    viewport: { width, height },
    colorScheme: dark ? 'dark' : 'light',
    timezoneId: 'Europe/Rome',
    locale: 'en-GB',
  });
  page.setDefaultTimeout(waitMs);
  const opened = new PlaygroundPage(browser, page);
  await page.exposeFunction('octopusSaid', (text: string) => void opened.said.push(text));
  await page.addInitScript({ content: LISTENING });
  await page.goto(url);
  await page.locator('#slack-text').waitFor({ state: 'attached' });
  return opened;
}

/** Tells the test of every text that a message of Octopus takes on, however soon the next one follows. */
const LISTENING = `{
  const known = new Set();
  const look = () => {
    for (const { textContent } of document.querySelectorAll('article.bot')) {
      if (!known.has(textContent)) octopusSaid(textContent);
      known.add(textContent);
    }
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
}`;

const wayToGetIt =
  'no Chromium was found: install the package "chromium" of your system, or put "chromium" or "google-chrome" on PATH';

function findChromium(): string | null {
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const folders = ['/usr/bin', ...(process.env['PATH'] ?? '').split(delimiter)];
  const found = folders
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
  if (found !== undefined) return found;
  if (process.env['CI'] !== undefined) throw new Error(wayToGetIt);
  console.warn(`SKIPPED: the tests in a browser; ${wayToGetIt}`);
  return null;
}
