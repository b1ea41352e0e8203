import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { atRest, settled } from '../../bot/commands/rest.ts';
import { Octopus } from '../../bot/octopus.ts';
import { People } from '../../bot/people.ts';
import type { ActResult, Loopback, PaneAction, PaneMessage } from '../../bot/playground/loopback.ts';
import { SlackLoopback } from '../../bot/playground/slack/slack-loopback.ts';
import { TeamsLoopback } from '../../bot/playground/teams/teams-loopback.ts';
import { PLAYGROUND_PEOPLE, PLAYGROUND_USERS } from '../../bot/playground/users.ts';
import { SlackSurface } from '../../bot/slack/slack-surface.ts';
import type { ChatSurface, Incoming, Reply } from '../../bot/surface.ts';
import { TeamsSurface } from '../../bot/teams/teams-surface.ts';
import { Simulator } from '../../hyperv/simulator/simulator.ts';
import { SITE } from '../../hyperv/simulator/site.ts';
import { VirtualClock } from '../../jobs/clock.ts';
import { DataFolder } from '../../jobs/data-folder.ts';
import { InProcessQueue } from '../../jobs/queue/in-process.ts';
import type { Instant } from '../../policies/model.ts';
import { buttonsOf, seen } from './payload-text.ts';

/** Monday 23 November 2026, 12:00 UTC. */
const START = 1_795_435_200 as Instant;
const JOBS_PER_HOST = 2;
/** No platform's patience ends: a busy computer is no slow bot. */
const PATIENCE_MS = 600_000;

export type Platform = 'slack' | 'teams';

/**
 * All of Octopus with the real adapters against both loopbacks, on a clock that stands still, and what its people see as a
 * transcript. Every move waits until the answer is complete, and adds what has appeared or changed by it.
 */
export class Office {
  readonly octopus: Octopus;
  readonly log: readonly string[];
  readonly #clock: VirtualClock;
  readonly #side: Loopback;
  readonly #heard: Heard;
  readonly #close: () => Promise<void>;
  readonly #lines: string[] = [];
  readonly #shown = new Map<string, string>();

  private constructor(parts: {
    octopus: Octopus;
    clock: VirtualClock;
    side: Loopback;
    heard: Heard;
    log: readonly string[];
    close: () => Promise<void>;
  }) {
    this.octopus = parts.octopus;
    this.log = parts.log;
    this.#clock = parts.clock;
    this.#side = parts.side;
    this.#heard = parts.heard;
    this.#close = parts.close;
  }

  static async open(platform: Platform): Promise<Office> {
    const path = await mkdtemp(join(tmpdir(), 'octopus-conversation-'));
    const folder = await DataFolder.open(path);
    const clock = new VirtualClock(START);
    const now = (): number => clock.now();
    const lines: string[] = [];
    const log = (line: string): void => void lines.push(line);
    const registration = { appId: 'octopus-playground', tenantId: 'playground' };
    // Slack's own time: no two things happen at one moment, and nothing expires because a computer is busy.
    let slackMs = START * 1000;
    const slack = new SlackLoopback({
      users: PLAYGROUND_USERS,
      now,
      limits: 'lenient',
      realNow: () => ++slackMs,
      acknowledgeMs: PATIENCE_MS,
    });
    const teams = new TeamsLoopback({
      users: PLAYGROUND_USERS,
      ...registration,
      now,
      pressMsMax: PATIENCE_MS,
    });
    await Promise.all([slack.start(), teams.start()]);
    const slackSurface = new SlackSurface({
      botToken: slack.tokens.bot,
      appToken: slack.tokens.app,
      apiUrl: slack.apiUrl,
      formMsMax: PATIENCE_MS,
      log,
    });
    const teamsSurface = new TeamsSurface({
      ...registration,
      appPassword: 'playground',
      host: '127.0.0.1',
      port: 0,
      standIn: teams.standIn,
      pressMsMax: PATIENCE_MS,
      log,
    });
    const heard: Heard = { begun: 0, ended: 0 };
    const octopus = await Octopus.open({
      folder,
      clock,
      pace: clock.pulling,
      hypervisor: new Simulator({ ...SITE, clock: clock.pulling, speed: 4, store: null }),
      queue: new InProcessQueue({ concurrency: JOBS_PER_HOST, onProblem: log }),
      surfaces: [counted(slackSurface, heard), counted(teamsSurface, heard)],
      people: new People(PLAYGROUND_PEOPLE),
      sampleEvery: null,
      log,
    });
    teams.connect(teamsSurface.endpoint);
    const close = async (): Promise<void> => {
      await octopus.stop();
      await Promise.all([slack.stop(), teams.stop()]);
      await rm(path, { recursive: true, force: true });
    };
    const side: Loopback = platform === 'slack' ? slack : teams;
    return new Office({ octopus, clock, side, heard, log: lines, close });
  }

  /** Everything that was said so far. */
  get transcript(): string {
    return `${this.#lines.join('\n')}\n`;
  }

  get now(): number {
    return this.#clock.now();
  }

  /** A person types; gives what appeared or changed because of it. */
  say(
    user: string,
    text: string,
    options: { place?: string; file?: { name: string; text: string } } = {},
  ): Promise<string> {
    const { place = 'direct', file } = options;
    const where = place === 'direct' ? '' : ` in ${place}`;
    const title = `${name(user)}${where}: ${text}${file === undefined ? '' : ` [${file.name}]`}`;
    return this.#move(title, () =>
      this.#side.act(user, { kind: 'say', place, text, ...(file === undefined ? {} : { files: [file] }) }),
    );
  }

  /** A person presses the newest button with that label; `on` is a text that the message has. */
  press(
    user: string,
    label: string,
    { on = '', owner = user }: { on?: string; owner?: string } = {},
  ): Promise<string> {
    return this.#move(`${name(user)} presses [${label}]`, () =>
      this.#side.act(user, this.button(owner, label, on)),
    );
  }

  /** The same press once more, as a platform repeats it or an impatient finger does. */
  again(user: string, press: PaneAction, label: string): Promise<string> {
    return this.#move(`${name(user)} presses the same [${label}] again`, () => this.#side.act(user, press));
  }

  /** The press of a button that somebody sees, to be done by whoever. */
  button(owner: string, label: string, on = ''): PaneAction {
    for (const message of this.#said(owner).toReversed()) {
      if (!seen(message).includes(on)) continue;
      const found = buttonsOf(message.payload).find((one) => one.label === label);
      if (found !== undefined)
        return { kind: 'press', message: message.id, action: found.action, value: found.value };
    }
    throw new Error(`${owner} sees no button ${label}${on === '' ? '' : ` on a message with ${on}`}`);
  }

  /** A person fills in the form that was put to them: Slack's modal, or the card with inputs in Teams. */
  fill(user: string, values: Readonly<Record<string, string>>, submit: string): Promise<string> {
    const typed = Object.entries(values).map(([field, value]) => `${field} = ${value}`);
    return this.#move(`${name(user)} fills in ${typed.join(', ')} [${submit}]`, () => {
      if (this.#side.platform === 'slack') return this.#side.act(user, { kind: 'submit', values });
      const press = this.button(user, submit);
      return this.#side.act(user, press.kind === 'press' ? { ...press, inputs: values } : press);
    });
  }

  /** Time passes; gives what was told meanwhile. */
  async pass(seconds: number, inWords: string): Promise<string> {
    await this.#clock.advance(seconds, () => atRest(this.octopus, this.#clock, JOBS_PER_HOST));
    await this.#complete(0);
    return this.#record(`--- ${inWords} pass`);
  }

  close(): Promise<void> {
    return this.#close();
  }

  async #move(title: string, act: () => Promise<ActResult>): Promise<string> {
    const { begun } = this.#heard;
    const result = await act();
    await this.#complete(begun + 1);
    const trouble = result.ok ? '' : `\n  !! ${result.error ?? ''} ${JSON.stringify(result.problems ?? {})}`;
    return `${this.#record(`> ${title}${trouble}`)}${trouble}`;
  }

  /** Heard, worked on until nothing is left to do, and told. */
  async #complete(heardMin: number): Promise<void> {
    do await settled(this.octopus);
    while (this.#heard.begun < heardMin || this.#heard.ended < this.#heard.begun);
  }

  #record(title: string): string {
    const parts: string[] = [];
    const known = new Set<string>();
    for (const { id: user } of PLAYGROUND_USERS) {
      for (const message of this.#said(user)) {
        const key = message.place === '#lab' && !message.onlyForYou ? message.id : `${user} ${message.id}`;
        if (known.has(key)) continue;
        known.add(key);
        const text = seen(message);
        const before = this.#shown.get(key);
        if (before === text) continue;
        this.#shown.set(key, text);
        const who = key === message.id ? '' : ` for ${name(user)}${message.onlyForYou ? ' only' : ''}`;
        const how = before === undefined ? (message.edited ? ', edited since' : '') : ', edited now';
        parts.push(`[${message.place}${who}${how}]\n${indented(text)}`);
      }
      const { form } = this.#side.pane(user);
      const text = form === null ? '' : seen({ payload: form, text: '' });
      if (text !== (this.#shown.get(`${user} form`) ?? '') && text !== '')
        parts.push(`[form for ${name(user)}]\n${indented(text)}`);
      this.#shown.set(`${user} form`, text);
    }
    const shown = parts.join('\n');
    this.#lines.push(title, shown === '' ? '  (nothing changes)' : shown, '');
    return shown;
  }

  #said(user: string): readonly PaneMessage[] {
    const people = new Set(PLAYGROUND_USERS.map(({ id }) => id));
    return this.#side.pane(user).messages.filter(({ from }) => !people.has(from));
  }
}

interface Heard {
  begun: number;
  ended: number;
}

/** The same surface, counting what it has handed over and what of it has been worked on. */
function counted(surface: ChatSurface, heard: Heard): ChatSurface {
  return {
    name: surface.name,
    start: (receive) =>
      surface.start(async (incoming: Incoming): Promise<Reply> => {
        heard.begun += 1;
        try {
          return await receive(incoming);
        } finally {
          heard.ended += 1;
        }
      }),
    post: (to, card) => surface.post(to, card),
    update: (message, card) => surface.update(message, card),
    get isIdle() {
      return surface.isIdle;
    },
    stop: () => surface.stop(),
  };
}

function name(user: string): string {
  return PLAYGROUND_USERS.find(({ id }) => id === user)?.name ?? user;
}

function indented(text: string): string {
  return text
    .split('\n')
    .map((line) => `  ${line}`.trimEnd())
    .join('\n');
}
