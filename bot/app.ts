import { createHash } from 'node:crypto';
import { LoopStopped, type Loop } from '../jobs/loop.ts';
import type { Ask, Command } from '../policies/command.ts';
import type { Speaker } from '../policies/input.ts';
import { unreachable, type Clock, type CommandId, type LeaseId, type PolicyFile } from '../policies/model.ts';
import { parse, type GrammarWorld, type Meaning, type Missing } from './grammar.ts';
import type { People } from './people.ts';
import { answerOf } from './questions.ts';
import type { Card, Incoming, Reply } from './surface.ts';
import { readToken } from './token.ts';
import { confirmCard } from './views/confirm-card.ts';
import { missingForm, readForm } from './views/form.ts';
import { missingCard } from './views/missing-card.ts';
import { refusalCard } from './views/refusal-card.ts';
import { sayingCard } from './views/saying-card.ts';
import { unclearCard } from './views/unclear-card.ts';

export interface AppOptions {
  readonly loop: Loop;
  readonly people: People;
  readonly clock: Clock;
  /** Reads the policy folder. */
  readonly policyFiles: () => readonly PolicyFile[];
  readonly log: (sentence: string) => void;
}

/** An incoming message, who is behind it, and what they may see. */
interface Talk {
  readonly incoming: Incoming;
  readonly speaker: Speaker;
  readonly world: GrammarWorld;
}

const NOTHING: Reply = { kind: 'nothing' };
/** Machines that are gone and that `why` still finds by name. */
const REMEMBERED_MAX = 500;

/**
 * One message, start to finish: what it means, who says it, and what comes of it. The same for every surface. What is
 * accepted is answered by a notice of the state, which the teller tells; only what needs no decision, and a no, is
 * replied to from here.
 */
export class App {
  readonly #options: AppOptions;

  constructor(options: AppOptions) {
    this.#options = options;
  }

  /** Takes what a surface has received. Never rejects: whatever goes wrong is said to whoever asked. */
  async receive(incoming: Incoming): Promise<Reply> {
    try {
      return await this.#take(incoming);
    } catch (error) {
      if (error instanceof LoopStopped)
        return this.#reply(incoming, sayingCard('Not just now', error.message, 'bad'));
      this.#options.log(
        `${incoming.delivery}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
      );
      const text =
        'Octopus could not work on this. Nothing was changed; an operator finds the reason in the log.';
      return this.#reply(incoming, sayingCard('That is our fault', text, 'bad'));
    }
  }

  async #take(incoming: Incoming): Promise<Reply> {
    const talk = this.#talk(incoming);
    await this.#options.loop.submit({ kind: 'greeting', speaker: talk.speaker });
    const { said, delivery } = incoming;
    switch (said.kind) {
      case 'text':
        return this.#understand(talk, parse(said.text, talk.world, said.files), delivery);
      case 'press': {
        const token = readToken(said.token);
        if (token === null)
          return this.#reply(incoming, sayingCard('This button is too old', OLD_BUTTON, 'warning'));
        const { press, nonce } = token;
        if ('text' in press) return this.#understand(talk, parse(press.text, talk.world), delivery);
        return this.#ask(talk, press.ask, pressId(nonce, press.ask));
      }
      case 'form': {
        const read = readForm(said.token, said.values, talk.world);
        if (read === null)
          return this.#reply(incoming, sayingCard('This form is too old', OLD_BUTTON, 'warning'));
        if (read.kind === 'problems') return { kind: 'problems', fields: read.fields };
        return this.#understand(talk, read.meaning, `${read.nonce}:form`);
      }
      default:
        return unreachable(said);
    }
  }

  async #understand(talk: Talk, meaning: Meaning, id: string): Promise<Reply> {
    const { incoming, speaker } = talk;
    const { loop, people, clock } = this.#options;
    switch (meaning.kind) {
      case 'ask': {
        const { ask } = meaning;
        const asked = ask.kind === 'delete-machine' ? confirmCard(ask, loop.state) : null;
        return asked === null ? this.#ask(talk, ask, id) : this.#reply(incoming, asked);
      }
      case 'question': {
        const { state, governor } = loop;
        const asked = { state, governor, people, reader: speaker.id, now: clock.now() };
        return this.#reply(incoming, answerOf(meaning.question, asked));
      }
      case 'missing':
        return this.#askForMore(talk, meaning.missing);
      case 'unclear':
        return this.#reply(incoming, unclearCard(meaning.problem));
      default:
        return unreachable(meaning);
    }
  }

  #askForMore({ incoming, world }: Talk, missing: Missing): Reply {
    const form = missingForm(missing, world, incoming.delivery);
    return form === null ? this.#reply(incoming, missingCard(missing)) : { kind: 'form', form };
  }

  /** Hands a command to the loop. A yes is told by its notice; a no is replied at once, and its notice closed. */
  async #ask({ incoming, speaker }: Talk, ask: Ask, id: string): Promise<Reply> {
    const { loop, policyFiles } = this.#options;
    const command: Command = { ...ask, id: `${id}:${speaker.id}` as CommandId, by: speaker.id };
    const files = ask.kind === 'reload-policies' ? { files: policyFiles() } : {};
    const outcome = await loop.submit({ kind: 'command', command, speaker, from: incoming.from, ...files });
    if (outcome.repeated || outcome.refusals.length === 0) return NOTHING;
    const name = nameOf(ask, this.#options.loop);
    const card = refusalCard(ask, outcome.refusals, name);
    if (outcome.notice !== null) await loop.submit({ kind: 'notice-closed', notice: outcome.notice });
    return this.#reply(incoming, card);
  }

  #reply(incoming: Incoming, card: Card): Reply {
    return { kind: 'card', card: { ...card, nonce: incoming.delivery }, toAll: false };
  }

  #talk(incoming: Incoming): Talk {
    const { loop, people } = this.#options;
    const { state } = loop;
    const speaker = people.speaker(incoming.actor);
    const isAdmin = speaker.role === 'admin';
    const machines: GrammarWorld['machines'][number][] = [];
    for (const { name, lease: id } of state.machines.values()) {
      const lease = state.leases.get(id);
      const mine = lease?.holder === speaker.id || lease?.coOwners.includes(speaker.id) === true;
      machines.push({ name, lease: id, mine });
    }
    const remembered: GrammarWorld['remembered'][number][] = [];
    for (const [subject, { name }] of state.histories.entries())
      if (subject.startsWith('lease-') && name !== subject)
        remembered.push({ name, lease: subject as LeaseId });
    const world: GrammarWorld = {
      admin: isAdmin,
      images: [...state.images.values()],
      machines,
      hosts: [...state.hosts.keys()],
      remembered: remembered.slice(-REMEMBERED_MAX),
    };
    return { incoming, speaker, world };
  }
}

const OLD_BUTTON =
  'It was made by another version of Octopus. Say what you want as a sentence; `help` shows how.';

/** The same drawing of a button is the same command, whoever presses it how often. */
function pressId(nonce: string, ask: Ask): string {
  const digest = createHash('sha256').update(JSON.stringify(ask)).digest('base64url').slice(0, 12);
  return `press:${nonce}:${digest}`;
}

function nameOf(ask: Ask, { state }: Loop): string | null {
  return 'lease' in ask ? (state.histories.get(ask.lease)?.name ?? null) : null;
}
