import { SlackLoopback } from '../../bot/playground/slack/slack-loopback.ts';
import type { PaneMessage } from '../../bot/playground/loopback.ts';
import { SlackSurface } from '../../bot/slack/slack-surface.ts';
import type { Button, DrawnCard, Incoming, Reply } from '../../bot/surface.ts';

export const users = [
  { id: 'ann', name: 'Ann Example', zone: 'Europe/Rome' },
  { id: 'bob', name: 'Bob Example', zone: 'America/New_York' },
];

export const channels = [
  { place: '#lab', hasBot: true },
  { place: '#elsewhere', hasBot: false },
];

/** The real adapter against the loopback, with a script in place of the bot. */
export interface Stage {
  readonly slack: SlackLoopback;
  readonly surface: SlackSurface;
  readonly log: string[];
  /** What the adapter handed over, oldest first. */
  readonly received: Incoming[];
  /** What the bot does with the next deliveries. */
  play(receive: Script): void;
  /** Slack's clock stands; it goes on by so many milliseconds. */
  later(ms: number): void;
  close(): Promise<void>;
}

type Script = (incoming: Incoming) => Promise<Reply> | Reply;

const silent: Script = () => ({ kind: 'nothing' });

/** Nobody's patience ends unless a test says so: a busy computer is no slow bot. */
const PATIENCE_MS = 600_000;

export async function openStage(
  options: { limits?: 'strict' | 'lenient'; scopes?: readonly string[]; formMsMax?: number } & (
    | { mode: 'socket' }
    | { mode: 'http'; signingSecret: string }
  ),
): Promise<Stage> {
  let now = Date.now();
  const slack = new SlackLoopback({
    users,
    channels,
    limits: options.limits ?? 'lenient',
    ...(options.scopes === undefined ? {} : { scopes: options.scopes }),
    realNow: () => now,
    acknowledgeMs: PATIENCE_MS,
  });
  await slack.start();
  const log: string[] = [];
  const common = {
    botToken: slack.tokens.bot,
    apiUrl: slack.apiUrl,
    formMsMax: options.formMsMax ?? PATIENCE_MS,
    log: (line: string) => void log.push(line),
  };
  const surface = new SlackSurface(
    options.mode === 'socket'
      ? { ...common, appToken: slack.tokens.app }
      : { ...common, signingSecret: options.signingSecret, port: 0 },
  );
  const received: Incoming[] = [];
  let script = silent;
  await surface.start(async (incoming) => {
    received.push(incoming);
    return script(incoming);
  });
  return {
    slack,
    surface,
    log,
    received,
    play: (receive) => {
      script = receive;
    },
    later: (ms) => {
      now += ms;
    },
    close: async () => {
      await surface.stop();
      await slack.stop();
    },
  };
}

/** Waits for something that the loopback shows; the test's own deadline ends the waiting. */
export function seen<Found>(
  slack: SlackLoopback,
  look: () => Found | undefined | null | false,
): Promise<Found> {
  return new Promise((resolve) => {
    const check = (): void => {
      const found = look();
      if (found === undefined || found === null || found === false) return;
      stop();
      resolve(found);
    };
    const stop = slack.onChange(check);
    check();
  });
}

/** A message of the bot that this user sees, by a piece of its payload or text. */
export function message(slack: SlackLoopback, user: string, piece: string): PaneMessage | undefined {
  return slack
    .pane(user)
    .messages.find(
      (one) => one.from === 'octopus' && `${one.text}${JSON.stringify(one.payload)}`.includes(piece),
    );
}

/** What the test knows to be there. */
export function present<Value>(value: Value | undefined | null): Value {
  if (value === undefined || value === null) throw new Error('the test expects something here');
  return value;
}

let drawings = 0;

export function card(title: string, buttons: readonly Button[] = []): DrawnCard {
  drawings += 1;
  return {
    title,
    tone: 'plain',
    summary: title,
    nonce: `drawing-${drawings}`,
    blocks: buttons.length > 0 ? [{ kind: 'buttons', buttons }] : [],
  };
}

export function button(label: string, text: string): Button {
  return { label, style: 'plain', sends: { text } };
}
