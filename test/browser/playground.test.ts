import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { chromiumPath, openPlayground, type PlaygroundPage } from './page.ts';

// What a person does who has just typed `npm start`: the real program in a process of its own, a real browser.

const root = join(import.meta.dirname, '../..');
const inBrowser = chromiumPath === null ? describe.skip : describe;

inBrowser('octopus start', () => {
  let octopus: ChildProcess;
  let data: string;
  let ui: PlaygroundPage;

  beforeAll(async () => {
    data = await mkdtemp(join(tmpdir(), 'octopus-playground-'));
    octopus = spawn(process.execPath, [join(root, 'bot/octopus.mjs'), 'start', '--data', data], {
      cwd: data,
    });
    ui = await openPlayground(await linkOf(octopus));
  });

  afterAll(async () => {
    await ui?.close();
    if (octopus.exitCode === null) {
      const ended = new Promise((resolve) => octopus.once('exit', resolve));
      octopus.kill('SIGTERM');
      await ended;
    }
    await rm(data, { recursive: true, force: true });
  });

  test.each([
    ['slack', '/vm new 2c 4g ubuntu'],
    ['teams', '@Octopus new 2c 4g ubuntu'],
  ] as const)(
    '%s: a machine is asked for, seen to be made, and renewed by a press',
    async (pane, sentence) => {
      await ui.say(pane, sentence);
      const card = ui.pane(pane).locator('article.bot', { hasText: 'is running' }).last();
      await card.waitFor();
      const name = /(\S+) is running/u.exec((await card.locator('.body').textContent()) ?? '')?.[1] ?? '';
      expect(ui.said.find((text) => text.includes(`Making ${name}`))).toMatch(/Clone the disk/u);
      await card.getByText(/^ssh ubuntu@/u).waitFor();
      await ui.page.getByRole('img', { name: new RegExp(`${name} running`, 'u') }).waitFor();

      const end = await endOf(card.textContent());
      await ui.press(pane, 'Renew 1 week');
      await ui
        .pane(pane)
        .locator('article.bot', { hasText: inAWeek(end) })
        .last()
        .waitFor();
      expect(ui.complaints).toEqual([]);
    },
  );

  test('the hosts stand in even rows, however wide the window is', async () => {
    const hosts = ui.page.locator('#cluster .host');
    for (const [width, rows] of [
      [800, [2, 2]],
      [1280, [4]],
      [1440, [4]],
    ] as const) {
      await ui.page.setViewportSize({ width, height: 900 });
      const tops = async (): Promise<number[]> => {
        const boxes = await Promise.all((await hosts.all()).map((host) => host.boundingBox()));
        const inRow = Map.groupBy(boxes, (box) => Math.round(box?.y ?? 0));
        return Array.from(inRow.values(), ({ length }) => length);
      };
      // The page draws anew once its window tells that it has changed.
      while ((await tops()).join() !== rows.join()) await ui.page.waitForTimeout(20);
    }
    expect(ui.complaints).toEqual([]);
  });

  test('the clock brings the reminder, and its button renews', async () => {
    await ui.advance('13d');
    await ui.go('teams', 'direct');
    const pane = ui.pane('teams');
    await pane
      .locator('article.bot', { hasText: /The lease of \S+ ends in 1 day/u })
      .last()
      .waitFor();
    await ui.press('teams', 'Renew 1 week');
    await pane.locator('article.bot', { hasText: 'Renewed by Ann.' }).last().waitFor();
    expect(ui.complaints).toEqual([]);
  });
});

/** The link that the program prints when it is ready; rejects with what it printed when it ends before. */
function linkOf(octopus: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = '';
    const read = (part: Buffer): void => {
      printed += part.toString('utf8');
      const link = /open (http:\S+)/u.exec(printed)?.[1];
      if (link !== undefined) resolve(link);
    };
    octopus.stdout?.on('data', read);
    octopus.stderr?.on('data', read);
    octopus.once('exit', (code) => reject(new Error(`octopus ended with ${code}: ${printed}`)));
  });
}

/** The day on which a card says that its lease ends. */
async function endOf(text: Promise<string | null>): Promise<Date> {
  const day = /Lease ends\D*(\d+ \w+ \d{4})/u.exec((await text) ?? '')?.[1];
  expect(day).toBeDefined();
  return new Date(`${day} UTC`);
}

const inAWeek = (end: Date): string =>
  new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(new Date(end.getTime() + 7 * 86_400_000));
