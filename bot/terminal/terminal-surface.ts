import { randomUUID } from 'node:crypto';
import type { Conversation, MessageRef } from '../../policies/model.ts';
import type { Actor, ChatSurface, DrawnCard, Incoming, Reply, Said } from '../surface.ts';
import { formCard, problemsCard } from './form-text.ts';
import { Screen, type ScreenOptions, type TerminalUser } from './screen.ts';

/** The terminal as a place where people talk: each user has a conversation of their own, all on one screen. */
export class TerminalSurface implements ChatSurface {
  readonly name = 'terminal';
  /** What is heard is answered within `hear`. */
  readonly isIdle = true;
  readonly screen: Screen;
  #receive: ((incoming: Incoming) => Promise<Reply>) | null = null;

  constructor(options: ScreenOptions) {
    this.screen = new Screen(options, options.users[0]?.id ?? '');
  }

  async start(receive: (incoming: Incoming) => Promise<Reply>): Promise<void> {
    this.#receive = receive;
  }

  async stop(): Promise<void> {
    this.#receive = null;
  }

  async post(to: Conversation, card: DrawnCard): Promise<MessageRef> {
    const message = randomUUID();
    this.screen.show(message, to.address, card);
    return { ...to, message };
  }

  async update({ message, address }: MessageRef, card: DrawnCard): Promise<void> {
    this.screen.show(message, address, card);
  }

  /** Hands over what a user said, and shows the direct answer. A form is given back: whoever asked decides how to fill it in. */
  async hear(user: TerminalUser, said: Said): Promise<Extract<Reply, { kind: 'form' }>['form'] | null> {
    if (this.#receive === null) throw new Error('the terminal is not started');
    const conversation = { surface: this.name, address: user.id };
    const { id, name, zone } = user;
    const actor: Actor = { account: `terminal:${id}`, name, zone, direct: conversation };
    const reply = await this.#receive({
      delivery: `terminal-${randomUUID()}`,
      actor,
      from: conversation,
      said,
    });
    if (reply.kind === 'form') return reply.form;
    if (reply.kind === 'card') this.screen.show(randomUUID(), user.id, reply.card);
    if (reply.kind === 'problems') this.#show(user, problemsCard(reply.fields));
    return null;
  }

  /** Shows what a form would ask for. */
  showForm(user: TerminalUser, form: Extract<Reply, { kind: 'form' }>['form']): void {
    this.#show(user, formCard(form));
  }

  #show(user: TerminalUser, card: Omit<DrawnCard, 'nonce'>): void {
    this.screen.show(randomUUID(), user.id, { ...card, nonce: randomUUID() });
  }
}
