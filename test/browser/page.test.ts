import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Playground } from '../../bot/playground/server.ts';
import { FakeLoopback } from './fake-loopback.ts';
import { chromiumPath, openPlayground, type PlaygroundPage } from './page.ts';
import {
  busyCluster,
  formCard,
  formView,
  leaseBlocks,
  leaseCard,
  planBlocks,
  tableBlocks,
} from './samples.ts';

const start = Date.parse('2026-11-23T09:31:00Z') / 1000;
let now = start;
const clock = {
  now: () => now,
  advance: (seconds: number) => {
    now += seconds;
    return Promise.resolve();
  },
};
const users = [
  { id: 'ann', name: 'Ann Rossi', zone: 'Europe/Rome', role: 'researcher' },
  { id: 'bob', name: 'Bob Chen', zone: 'Europe/London', role: 'researcher' },
  { id: 'ada', name: 'Ada Byron', zone: 'Europe/Rome', role: 'admin' },
] as const;

let slack: FakeLoopback;
let teams: FakeLoopback;
let playground: Playground;
let ui: PlaygroundPage;

const inBrowser = chromiumPath === null ? describe.skip : describe;

inBrowser('the page', () => {
  beforeAll(async () => {
    playground = new Playground({
      slack: stage('slack'),
      teams: stage('teams'),
      users,
      clock,
      overview: () => busyCluster(now),
    });
    ui = await openPlayground((await playground.start()).url);
  });

  afterAll(async () => {
    await ui?.close();
    await playground?.stop();
  });

  beforeEach(async () => {
    now = start;
    slack.clear();
    teams.clear();
    await ui.page.evaluate('sessionStorage.clear()');
    await ui.page.reload();
    await ui.page.locator('#teams-text').waitFor();
  });

  afterEach(() => checkCleanliness());

  test('both panes say how to begin, and a suggestion is said', async () => {
    await checkSeen(ui.pane('teams').getByRole('button', { name: '@Octopus new 4c 8g ubuntu' }));
    await ui.pane('slack').getByRole('button', { name: '/vm new 4c 8g ubuntu' }).click();
    await checkSeen(ui.pane('slack').getByRole('article').getByText('/vm new 4c 8g ubuntu'));
    expect(slack.acts).toEqual([
      { user: 'ann', action: { kind: 'say', place: '#lab', text: '/vm new 4c 8g ubuntu' } },
    ]);
    expect(teams.acts).toEqual([]);
  });

  test('Enter sends, Shift+Enter breaks the line, and the place is where it goes', async () => {
    await ui.go('teams', 'direct');
    const field = ui.pane('teams').getByRole('textbox', { name: 'Message to Octopus in Teams as Ann Rossi' });
    await field.fill('policy load');
    await field.press('Shift+Enter');
    await field.pressSequentially('(defrule a => )');
    await field.press('Enter');
    await checkSeen(ui.pane('teams').getByRole('article').getByText('(defrule a => )'));
    expect(teams.acts).toEqual([
      { user: 'ann', action: { kind: 'say', place: 'direct', text: 'policy load\n(defrule a => )' } },
    ]);
    expect(await field.inputValue()).toBe('');
    await field.press('ArrowUp');
    expect(await field.inputValue()).toBe('policy load\n(defrule a => )');
  });

  test('a file goes with the message', async () => {
    await ui.page
      .locator('#slack-file')
      .setInputFiles([{ name: 'quota.clp', mimeType: 'text/plain', buffer: Buffer.from('(defrule ünder)') }]);
    await checkSeen(ui.pane('slack').getByText('quota.clp'));
    await ui.say('slack', '@Octopus policy load');
    await checkSeen(ui.pane('slack').getByRole('article'));
    expect(slack.acts[0]?.action).toEqual({
      kind: 'say',
      place: '#lab',
      text: '@Octopus policy load',
      files: [{ name: 'quota.clp', text: '(defrule ünder)' }],
    });
    await checkGone(ui.pane('slack').getByText('quota.clp'));
  });

  test('what a platform refuses comes back as a sentence, and the text into the composer', async () => {
    slack.answer = () => ({ ok: false, error: 'operation_timeout' });
    await ui.say('slack', '/vm list');
    await checkSeen(
      ui.page
        .getByRole('alert')
        .getByText('Octopus did not answer within the three seconds that Slack waits.'),
    );
    expect(await ui.page.locator('#slack-text').inputValue()).toBe('/vm list');
  });

  test("Slack's blocks are drawn, dates in the reader's zone", async () => {
    slack.post({ payload: leaseBlocks(start + 14 * 86_400), edited: true });
    const card = ui.lastMessage('slack');
    await checkSeen(card.getByRole('heading', { name: 'build-box is running' }));
    await checkSeen(card.getByText('7 Dec 2026 at 10:31'));
    expect(await card.locator('pre').textContent()).toBe('ssh ubuntu@10.0.3.17');
    await checkSeen(card.getByText('(edited)'));
    await ui.play('Bob');
    await checkSeen(ui.lastMessage('slack').getByText('7 Dec 2026 at 09:31'));

    slack.post({ payload: tableBlocks });
    await checkSeen(ui.lastMessage('slack').getByRole('columnheader', { name: 'Lease ends' }));
    await checkSeen(ui.lastMessage('slack').getByRole('cell', { name: 'gpu-notes' }));
  });

  test('what the page cannot draw is said, and does not take the rest with it', async () => {
    slack.post({
      payload: [
        { type: 'video', title: 'x' },
        { type: 'header' },
        { type: 'section', text: { type: 'plain_text', text: 'and this' } },
      ],
    });
    const message = ui.lastMessage('slack');
    await checkSeen(message.getByText('A block of type “video” came here. The playground does not draw it.'));
    await checkSeen(message.getByText('This header block cannot be drawn'));
    await checkSeen(message.getByText('and this'));
    teams.post({
      payload: {
        type: 'AdaptiveCard',
        version: '1.5',
        body: [{ type: 'Hologram' }, { type: 'TextBlock', text: 'still here' }],
      },
    });
    await checkSeen(ui.lastMessage('teams').getByText('Parts of this card are not drawn'));
    await checkSeen(ui.lastMessage('teams').getByText('still here'));
  });

  test('text of people is never HTML', async () => {
    const bad = '<img src=x onerror="document.title=1"><b>bold</b> &amp; <script>alert(1)</script>';
    for (const loopback of [slack, teams]) {
      loopback.post({ from: 'bob', text: bad });
      loopback.post({ text: `plain ${bad}` });
    }
    slack.post({
      payload: [
        { type: 'section', text: { type: 'mrkdwn', text: bad } },
        { type: 'section', text: { type: 'mrkdwn', text: '<javascript:alert(1)|press me> and &lt;i&gt;' } },
      ],
    });
    teams.post({
      payload: {
        type: 'AdaptiveCard',
        version: '1.5',
        body: [
          { type: 'TextBlock', text: `${bad} [press me](javascript:alert(1))`, wrap: true },
          { type: 'FactSet', facts: [{ title: bad, value: bad }] },
        ],
      },
    });
    await checkSeen(ui.pane('slack').getByText('press me and <i>'));
    await checkSeen(ui.lastMessage('teams').getByText('press me'));
    expect(await ui.page.locator('article :is(img, script, b, i)').count()).toBe(0);
    expect(await ui.page.locator('article a').count()).toBe(0);
    expect(await ui.page.title()).toBe('Octopus playground');
  });

  test('a button is pressed by who is played, with what it carries', async () => {
    const id = slack.post({ payload: leaseBlocks(start) });
    await ui.play('Bob');
    await ui.press('slack', 'Renew 1 week');
    await until(() => slack.acts.length === 1);
    expect(slack.acts).toEqual([
      { user: 'bob', action: { kind: 'press', message: id, action: 'renew-1w', value: 'renew-1w-token' } },
    ]);
  });

  test('a button that asks first is pressed only after a yes', async () => {
    slack.post({ payload: leaseBlocks(start) });
    const question = ui.page.getByRole('dialog', { name: 'Delete build-box?' });
    await ui.press('slack', 'Delete');
    await checkSeen(question.getByText('Its disk of 14 GB is kept for 3 days, then it is gone.'));
    await question.getByRole('button', { name: 'Keep it' }).click();
    await checkGone(question);
    await ui.press('slack', 'Delete');
    await ui.page.keyboard.press('Escape');
    await checkGone(question);
    expect(slack.acts).toEqual([]);
    await ui.press('slack', 'Delete');
    await question.getByRole('button', { name: 'Delete' }).click();
    await until(() => slack.acts.length === 1);
  });

  test('a press is sent once, however often the button is hit before its answer', async () => {
    slack.post({ payload: leaseBlocks(start) });
    const { promise, resolve } = Promise.withResolvers<{ ok: true }>();
    slack.answer = () => promise;
    const stop = ui.lastMessage('slack').getByRole('button', { name: 'Stop' });
    for (let time = 0; time < 3; time++) await stop.dispatchEvent('click');
    await checkSeen(ui.lastMessage('slack').locator('button[aria-disabled]').first());
    resolve({ ok: true });
    await checkSeen(ui.lastMessage('slack').locator('button:not([aria-disabled])').first());
    expect(slack.acts.length).toBe(1);
  });

  test('an Adaptive Card is drawn, and its actions carry verb, data and inputs', async () => {
    const id = teams.post({ payload: leaseCard('2026-12-07T09:31:00Z') });
    await checkSeen(ui.lastMessage('teams').getByText('Mon, 7 Dec 2026 10:31'));
    await checkSeen(ui.lastMessage('teams').locator('strong').getByText('lease-default'));
    await ui.press('teams', 'Renew 1 week');
    await until(() => teams.acts.length === 1);
    expect(teams.acts[0]?.action).toEqual({
      kind: 'press',
      message: id,
      action: 'renew',
      value: { token: 'renew-1w' },
      inputs: {},
    });

    await ui.press('teams', 'Delete');
    await ui.press('teams', 'Yes, delete it');
    await until(() => teams.acts.length === 2);
    expect(teams.acts[1]?.action).toMatchObject({ action: 'delete', value: { token: 'delete' } });

    const form = teams.post({ payload: formCard });
    await ui.pane('teams').getByRole('textbox', { name: 'Size' }).fill('8c 16g');
    await ui.pane('teams').getByRole('combobox', { name: 'Image' }).selectOption('debian');
    await ui.press('teams', 'Make it');
    await until(() => teams.acts.length === 3);
    expect(teams.acts[2]?.action).toEqual({
      kind: 'press',
      message: form,
      action: 'form',
      value: { token: 'new' },
      inputs: { size: '8c 16g', image: 'debian' },
    });
  });

  test('a form keeps what was typed, shows what is wrong beside its field, and closes when it is taken', async () => {
    slack.form('ann', formView);
    const form = ui.page.getByRole('dialog', { name: 'New machine' });
    await form.getByRole('combobox', { name: 'Image' }).selectOption('debian-12');
    const size = form.getByRole('textbox', { name: 'Size' });
    expect(await size.inputValue()).toBe('2c 4g');
    await size.fill('4c 64g');
    slack.answer = () => ({ ok: false, problems: { size: 'No host has 64 GB: at most 48g.' } });
    slack.post({ text: 'meanwhile' });
    await form.getByRole('button', { name: 'Make it' }).click();
    await checkSeen(form.getByText('No host has 64 GB: at most 48g.'));
    expect(await size.getAttribute('aria-invalid')).toBe('true');
    expect(await size.inputValue()).toBe('4c 64g');
    expect(await ui.page.evaluate('document.activeElement.name')).toBe('size');
    expect(slack.acts).toEqual([
      { user: 'ann', action: { kind: 'submit', values: { image: 'debian-12', size: '4c 64g', name: '' } } },
    ]);

    slack.answer = () => {
      slack.form('ann', null);
      return { ok: true };
    };
    await size.fill('4c 48g');
    await size.press('Enter');
    await checkGone(form);

    slack.form('ann', { ...formView, id: 'V2' });
    expect(await size.inputValue()).toBe('2c 4g');
    await ui.page.keyboard.press('Escape');
    await checkGone(form);
    expect(slack.acts.at(-1)?.action).toEqual({ kind: 'cancel' });
  });

  test('focus and typed text survive what arrives meanwhile', async () => {
    const id = slack.post({ payload: planBlocks(0) });
    slack.post({ payload: leaseBlocks(start) });
    const card = teams.post({ payload: formCard });
    await ui.page.locator('#slack-text').fill('half a sent');
    await ui.pane('teams').getByRole('textbox', { name: 'Size' }).fill('16c');
    await ui.pane('slack').getByRole('button', { name: 'Renew 2 weeks' }).focus();
    for (let done = 1; done <= 4; done++) slack.edit(id, { payload: planBlocks(done) });
    slack.post({ from: 'bob', text: 'hello' });
    teams.edit(card, { payload: { ...formCard, speak: 'again' } });
    await checkSeen(ui.pane('slack').getByText('Wait for address (done)'));
    await checkSeen(ui.pane('teams').getByText('Edited'));
    expect(await ui.page.locator('#slack-text').inputValue()).toBe('half a sent');
    expect(await ui.pane('teams').getByRole('textbox', { name: 'Size' }).inputValue()).toBe('16c');
    expect(await ui.page.evaluate('document.activeElement.textContent')).toBe('Renew 2 weeks');
  });

  test('the newest message is in view, unless somebody scrolled back', async () => {
    for (let at = 0; at < 60; at++) slack.post({ from: 'bob', text: `line ${at}` });
    await checkSeen(ui.pane('slack').getByText('line 59', { exact: true }));
    const isAtEnd = () =>
      ui.page.evaluate<boolean>(
        '(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight < 60)(document.getElementById("slack-log"))',
      );
    expect(await isAtEnd()).toBe(true);
    await ui.page.evaluate('document.getElementById("slack-log").scrollTo({ top: 100 })');
    await ui.page.evaluate(
      'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))',
    );
    slack.post({ from: 'bob', text: 'line 60' });
    await ui.pane('slack').getByText('line 60', { exact: true }).waitFor({ state: 'attached' });
    expect(await isAtEnd()).toBe(false);
  });

  test('each user sees their own side', async () => {
    slack.post({ text: 'quota-cores: you hold 14 of 16', onlyForYou: true, only: 'ann' });
    slack.post({ place: 'direct', text: 'your lease ends', only: 'bob' });
    await checkSeen(ui.pane('slack').getByText('Only visible to you'));
    await ui.play('Bob');
    await checkGone(ui.pane('slack').getByText('quota-cores'));
    await ui.go('slack', 'direct');
    await checkSeen(ui.pane('slack').getByText('your lease ends'));
  });

  test('a message in the other place is counted until it is looked at', async () => {
    slack.post({ text: 'hello' });
    await checkSeen(ui.lastMessage('slack'));
    slack.post({ place: 'direct', text: 'your lease ends tomorrow', only: 'ann' });
    await checkSeen(ui.pane('slack').getByRole('button', { name: 'Octopus 1 new' }));
    await ui.go('slack', 'direct');
    await checkGone(ui.pane('slack').locator('.unread'));
  });

  test('the clock is shown and moved', async () => {
    await checkSeen(ui.page.locator('#clock').getByText('10:31'));
    await ui.page.getByRole('button', { name: 'Move the clock one day forward' }).click();
    await checkSeen(ui.page.locator('#clock').getByText('Tuesday 24 November'));
    await ui.advance('1w 2d');
    await checkSeen(ui.page.locator('#clock').getByText('Thursday 3 December'));
    await ui.page.getByLabel('Move the clock forward by').fill('a fortnight');
    await ui.page.getByRole('button', { name: 'Go' }).click();
    await checkSeen(ui.page.getByRole('alert').getByText('“a fortnight” is not a length of time.'));
    expect(now).toBe(start + 10 * 86_400);
  });

  test('the cluster shows hosts with their machines', async () => {
    await checkSeen(ui.page.locator('#cluster').getByText('4 of 5'));
    await checkSeen(
      ui.page.getByRole('img', {
        name: 'hv01: on, 20 of 32 cores taken. build-box running, gpu-notes running, genome-index arriving',
      }),
    );
    await checkSeen(ui.page.getByRole('img', { name: 'hv04: off, 0 of 16 cores taken.' }));
    await checkSeen(ui.page.getByRole('img', { name: 'Machines that wait for a host' }));
  });

  test('the drawer lists what went over the wire, newest first, and marks what was refused', async () => {
    slack.exchange({ what: 'chat.postMessage', body: { channel: 'C1' } });
    slack.exchange({ what: 'chat.update', refused: 'msg_too_long', body: { text: 'x' } });
    await ui.page.getByRole('button', { name: 'Traffic' }).click();
    const drawer = ui.page.getByRole('complementary', { name: 'What the platforms saw' });
    await checkSeen(drawer.getByText('msg_too_long'));
    expect((await drawer.locator('.what').allTextContents()).slice(0, 2)).toEqual([
      'chat.update',
      'chat.postMessage',
    ]);
    teams.exchange({ what: 'adaptiveCard/action', direction: 'to-octopus', body: { value: 1 } });
    await checkSeen(drawer.getByText('adaptiveCard/action'));
    await drawer.getByText('chat.postMessage').first().click();
    expect(await drawer.locator('pre').textContent()).toBe('{\n  "channel": "C1"\n}');
    await drawer.getByRole('button', { name: 'Refused' }).click();
    await checkGone(drawer.getByText('adaptiveCard/action'));
    await ui.page.keyboard.press('Escape');
    await checkGone(drawer);
  });

  test('a narrow window shows one pane at a time', async () => {
    await ui.page.setViewportSize({ width: 800, height: 900 });
    expect(await ui.pane('teams').isVisible()).toBe(false);
    await ui.page
      .getByRole('navigation', { name: 'Platform' })
      .getByRole('button', { name: 'Teams' })
      .click();
    await checkSeen(ui.pane('teams'));
    expect(await ui.pane('slack').isVisible()).toBe(false);
    await ui.page.setViewportSize({ width: 1440, height: 900 });
  });

  test('every control has a name, and every log says what it is', async () => {
    slack.post({ payload: leaseBlocks(start) });
    teams.post({ payload: formCard });
    await checkSeen(ui.lastMessage('teams'));
    const controls = ui.page.locator('button:visible, textarea:visible, select:visible, input:visible');
    const nameless: string[] = [];
    for (const control of await controls.all()) {
      const snapshot = await control.ariaSnapshot();
      if (!/^- '?\w+ "[^"]+"/u.test(snapshot)) nameless.push(snapshot);
    }
    expect(nameless).toEqual([]);
    for (const name of ['Messages in Slack, #lab', 'Messages in Teams, #lab']) {
      expect(await ui.page.getByRole('log', { name }).getAttribute('aria-live')).toBe('polite');
    }
  });

  test('a session that is over is announced, with what to do', async () => {
    await ui.page.route('**/events*', (route) => route.fulfill({ status: 403, body: 'no' }));
    await ui.play('Ada');
    await checkSeen(ui.page.getByRole('alert').getByText('Open the link that it prints when it starts.'));
    await ui.page.unroute('**/events*');
    ui.complaints.splice(0);
  });

  test('a server that went away is announced, and the page takes up again', async () => {
    await ui.page.route('**/events*', (route) => route.abort());
    await ui.play('Bob');
    await checkSeen(ui.page.getByRole('alert').getByText('Octopus does not answer. Trying again…'));
    await ui.page.unroute('**/events*');
    slack.post({ text: 'back again' });
    await checkSeen(ui.pane('slack').getByText('back again'));
    await checkGone(ui.page.getByRole('alert'));
    ui.complaints.splice(0);
  });
});

const checkSeen = (locator: { waitFor(options: { state: 'visible' }): Promise<void> }) =>
  locator.waitFor({ state: 'visible' });
const checkGone = (locator: { waitFor(options: { state: 'hidden' }): Promise<void> }) =>
  locator.waitFor({ state: 'hidden' });

/** Whatever a test did: no error in the console, no script against the policy, no request to anywhere else. */
function checkCleanliness(): void {
  const { origin } = new URL(playground.link());
  expect(ui.complaints.splice(0)).toEqual([]);
  expect(ui.requests.splice(0).filter((address) => !address.startsWith(`${origin}/`))).toEqual([]);
}

/** Waits for what no listener tells of. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}

function stage(platform: 'slack' | 'teams'): FakeLoopback {
  const loopback = new FakeLoopback(platform, clock.now);
  if (platform === 'slack') slack = loopback;
  else teams = loopback;
  return loopback;
}
