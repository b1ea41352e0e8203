import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Playground } from '../../bot/playground/server.ts';
import { SlackLoopback } from '../../bot/playground/slack/slack-loopback.ts';
import { TeamsLoopback } from '../../bot/playground/teams/teams-loopback.ts';
import { PLAYGROUND_USERS } from '../../bot/playground/users.ts';
import { SlackSurface } from '../../bot/slack/slack-surface.ts';
import type { ChatSurface, DrawnCard, Form, Incoming, Reply } from '../../bot/surface.ts';
import { TeamsSurface } from '../../bot/teams/teams-surface.ts';
import type { LeaseId } from '../../policies/model.ts';
import { chromiumPath, openPlayground, type PlaygroundPage } from './page.ts';

// The page on the real adapters and both vendors' sides, with a bot of a few sentences behind them: what the page sends is
// what the platforms take, and what the adapters draw is what the page can draw.

const start = Date.parse('2026-11-23T09:31:00Z') / 1000;
let now = start;
const registration = { appId: 'octopus-playground', tenantId: 'playground' };
/** No platform's patience ends: a busy computer is no slow bot. */
const PATIENCE_MS = 600_000;
const slack = new SlackLoopback({
  users: PLAYGROUND_USERS,
  now: () => now,
  realNow: () => start * 1000,
  limits: 'lenient',
  acknowledgeMs: PATIENCE_MS,
});
const teams = new TeamsLoopback({
  users: PLAYGROUND_USERS,
  ...registration,
  now: () => now,
  pressMsMax: PATIENCE_MS,
});
const said: { surface: string; incoming: Incoming }[] = [];
const log: string[] = [];
let nonces = 0;

const making = (done: number): DrawnCard => ({
  title: 'Making build-box',
  blocks: [
    {
      kind: 'steps',
      steps: ['Clone the disk', 'Start it'].map((label, index) => ({
        label,
        state: index < done ? 'done' : index === done ? 'now' : 'next',
      })),
    },
  ],
  summary: 'build-box is being made',
  tone: 'plain',
  nonce: `n${++nonces}`,
});

const running = (): DrawnCard => ({
  title: 'build-box is running',
  blocks: [
    { kind: 'fields', fields: [['Lease ends', { instant: start + 7 * 86_400 }]] },
    { kind: 'code', text: 'ssh ubuntu@10.0.0.1' },
    {
      kind: 'buttons',
      buttons: [
        {
          label: 'Renew 1 week',
          style: 'primary',
          sends: { ask: { kind: 'renew-lease', lease: 'lease-1' as LeaseId, length: 604_800, seen: null } },
        },
        {
          label: 'Delete',
          style: 'danger',
          sends: { ask: { kind: 'delete-machine', lease: 'lease-1' as LeaseId } },
          confirm: 'Its disk goes with it.',
        },
      ],
    },
  ],
  summary: 'build-box is running',
  tone: 'good',
  nonce: `n${++nonces}`,
});

const form: Form = {
  title: 'New machine',
  token: 'form-token',
  submit: 'Make it',
  fields: [
    { id: 'image', label: 'Image', optional: false, choices: [{ value: 'ubuntu', label: 'ubuntu-24.04' }] },
    { id: 'size', label: 'Size', value: '99c', optional: false },
  ],
};

async function answer(surface: ChatSurface, incoming: Incoming): Promise<Reply> {
  said.push({ surface: surface.name, incoming });
  const what = incoming.said;
  if (what.kind === 'form')
    return what.values['size'] === '99c'
      ? { kind: 'problems', fields: { size: 'No host has 99 cores.' } }
      : { kind: 'card', card: making(0), toAll: true };
  if (what.kind === 'press') return { kind: 'card', card: { ...running(), title: 'Renewed' }, toAll: true };
  if (!what.text.includes('ubuntu')) return { kind: 'form', form };
  const message = await surface.post(incoming.from, making(1));
  await surface.update(message, running());
  return { kind: 'nothing' };
}

let surfaces: readonly ChatSurface[] = [];
let playground: Playground;
let ui: PlaygroundPage;

const inBrowser = chromiumPath === null ? describe.skip : describe;

inBrowser('the page on the real adapters', () => {
  beforeAll(async () => {
    await Promise.all([slack.start(), teams.start()]);
    const teamsSurface = new TeamsSurface({
      ...registration,
      appPassword: 'playground',
      host: '127.0.0.1',
      port: 0,
      standIn: teams.standIn,
      pressMsMax: PATIENCE_MS,
      log: (line) => void log.push(line),
    });
    const slackSurface = new SlackSurface({
      botToken: slack.tokens.bot,
      appToken: slack.tokens.app,
      apiUrl: slack.apiUrl,
      formMsMax: PATIENCE_MS,
      log: (line) => void log.push(line),
    });
    surfaces = [slackSurface, teamsSurface];
    await Promise.all(surfaces.map((surface) => surface.start((incoming) => answer(surface, incoming))));
    teams.connect(teamsSurface.endpoint);
    playground = new Playground({
      slack,
      teams,
      users: PLAYGROUND_USERS,
      clock: { now: () => now, advance: (seconds) => Promise.resolve(void (now += seconds)) },
      overview: () => ({ hosts: [], machines: [], leases: [] }),
    });
    ui = await openPlayground((await playground.start()).url);
  });

  afterAll(async () => {
    await ui?.close();
    await playground?.stop();
    await Promise.all(surfaces.map((surface) => surface.stop()));
    await Promise.all([slack.stop(), teams.stop()]);
  });

  afterEach(() => checkThatNobodyComplained());

  test.each([
    ['slack', '/vm new 4c 8g ubuntu'],
    ['teams', '@Octopus new 4c 8g ubuntu'],
  ] as const)(
    '%s: a sentence becomes a card with buttons, and a press of one is heard',
    async (pane, sentence) => {
      await ui.say(pane, sentence);
      const card = ui.lastMessage(pane);
      await card.getByText('build-box is running').waitFor();
      await card.getByText('30 Nov 2026 10:31').waitFor();
      await card.getByText('ssh ubuntu@10.0.0.1').waitFor();
      expect(said.at(-1)).toMatchObject({
        surface: pane,
        incoming: {
          said: { kind: 'text', text: 'new 4c 8g ubuntu' },
          actor: { name: 'Ann', zone: 'Europe/Rome' },
        },
      });

      await ui.play('Bob');
      await ui.press(pane, 'Renew 1 week');
      await ui.lastMessage(pane).getByText('Renewed').waitFor();
      expect(said.at(-1)).toMatchObject({
        surface: pane,
        incoming: { said: { kind: 'press' }, actor: { name: 'Bob' } },
      });
      await ui.play('Ann');
    },
  );

  test('slack: what is missing is asked for in a modal, and what is wrong stands beside its field', async () => {
    await ui.say('slack', '/vm new');
    const dialog = ui.page.getByRole('dialog', { name: 'New machine' });
    await dialog.locator('select:focus').waitFor();
    await dialog.getByRole('combobox', { name: 'Image' }).selectOption('ubuntu');
    await dialog.getByRole('button', { name: 'Make it' }).click();
    await dialog.getByText('No host has 99 cores.').waitFor();
    await dialog.getByRole('textbox', { name: 'Size' }).fill('4c');
    await dialog.getByRole('button', { name: 'Make it' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await ui.lastMessage('slack').getByText('Making build-box').waitFor();
    expect(said.at(-1)?.incoming.said).toEqual({
      kind: 'form',
      token: 'form-token',
      values: { image: 'ubuntu', size: '4c' },
    });
  });

  test('teams: what is missing is asked for on a card, which says what is wrong', async () => {
    await ui.say('teams', '@Octopus new');
    const pane = ui.pane('teams');
    const image = pane.getByRole('combobox', { name: 'Image' }).last();
    await image.selectOption('ubuntu');
    await ui.press('teams', 'Make it');
    await pane.getByText('No host has 99 cores.').waitFor();
    expect(await image.inputValue()).toBe('ubuntu');
    await pane.getByRole('textbox', { name: 'Size' }).last().fill('4c');
    await ui.press('teams', 'Make it');
    await ui.lastMessage('teams').getByText('Making build-box').waitFor();
    expect(said.at(-1)?.incoming.said).toEqual({
      kind: 'form',
      token: 'form-token',
      values: { image: 'ubuntu', size: '4c' },
    });
  });

  test('a file goes to the bot in the direct conversation of each platform', async () => {
    for (const pane of ['slack', 'teams'] as const) {
      await ui.go(pane, 'direct');
      await ui.page
        .locator(`#${pane}-file`)
        .setInputFiles([
          { name: 'quota.clp', mimeType: 'text/plain', buffer: Buffer.from('(defrule a => )') },
        ]);
      await ui.say(pane, 'load ubuntu');
      await ui.lastMessage(pane).getByText('build-box is running').waitFor();
      expect(said.at(-1)?.incoming.said).toEqual({
        kind: 'text',
        text: 'load ubuntu',
        files: [{ name: 'quota.clp', text: '(defrule a => )' }],
      });
    }
  });

  test('the drawer shows both sides of it, and nothing of ours was refused', async () => {
    await ui.page.getByRole('button', { name: 'Traffic' }).click();
    const drawer = ui.page.getByRole('complementary');
    await drawer.getByText('views.open').first().waitFor();
    await drawer.getByText('adaptiveCard/action', { exact: true }).first().waitFor();
    await drawer.getByRole('button', { name: 'Refused' }).click();
    expect(await drawer.locator('.exchange').count()).toBe(0);
    await drawer.getByRole('button', { name: 'Close the drawer' }).click();
  });
});

function checkThatNobodyComplained(): void {
  expect(ui.complaints.splice(0)).toEqual([]);
  expect(log.filter((line) => /error|refused|fail/iu.test(line))).toEqual([]);
}
