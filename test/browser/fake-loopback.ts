import type {
  ActResult,
  Exchange,
  Loopback,
  Pane,
  PaneAction,
  PaneMessage,
} from '../../bot/playground/loopback.ts';

/** A platform whose messages the test writes and whose answers it chooses: no adapter, no wire. */
export class FakeLoopback implements Loopback {
  readonly platform: 'slack' | 'teams';
  /** What people did, in order. */
  readonly acts: { user: string; action: PaneAction }[] = [];
  /** What is answered to the next acts. */
  answer: (user: string, action: PaneAction) => ActResult | Promise<ActResult> = () => ({ ok: true });
  readonly #messages: { message: PaneMessage; only: string | null }[] = [];
  readonly #forms = new Map<string, unknown>();
  readonly #traffic: Exchange[] = [];
  readonly #listeners = new Set<() => void>();
  readonly #now: () => number;
  #ids = 0;

  constructor(platform: 'slack' | 'teams', now: () => number) {
    this.platform = platform;
    this.#now = now;
  }

  start = (): Promise<void> => Promise.resolve();
  stop = (): Promise<void> => Promise.resolve();

  pane(user: string): Pane {
    const seen = this.#messages.filter(({ only }) => only === null || only === user);
    return { messages: seen.map(({ message }) => message), form: this.#forms.get(user) ?? null };
  }

  async act(user: string, action: PaneAction): Promise<ActResult> {
    this.acts.push({ user, action });
    if (action.kind === 'say')
      this.post({
        from: user,
        place: action.place,
        text: action.text,
        only: action.place === 'direct' ? user : null,
      });
    this.exchange({ direction: 'to-octopus', what: action.kind, body: action });
    return this.answer(user, action);
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  traffic = (): readonly Exchange[] => this.#traffic.slice(-500);

  /** Posts a message; by Octopus in #lab unless said otherwise. `only`: the one person who sees it. Gives its id. */
  post({ only = null, ...message }: Partial<PaneMessage> & { only?: string | null }): string {
    const id = `${this.platform}-${++this.#ids}`;
    const whole: PaneMessage = {
      id,
      place: '#lab',
      from: 'octopus',
      at: this.#now(),
      edited: false,
      onlyForYou: false,
      text: '',
      payload: null,
      ...message,
    };
    this.#messages.push({ message: whole, only });
    this.#changed();
    return id;
  }

  edit(id: string, changes: Partial<PaneMessage>): void {
    const found = this.#messages.find(({ message }) => message.id === id);
    if (found === undefined) throw new Error(`there is no message ${id}`);
    found.message = { ...found.message, edited: true, ...changes };
    this.#changed();
  }

  /** Opens a form for a user; null closes it. */
  form(user: string, form: unknown): void {
    this.#forms.set(user, form);
    this.#changed();
  }

  exchange(exchange: Partial<Exchange> & { what: string }): void {
    this.#traffic.push({ at: this.#now(), direction: 'from-octopus', body: {}, refused: null, ...exchange });
    this.#changed();
  }

  /** Forgets everything that people see. */
  clear(): void {
    this.acts.splice(0);
    this.#messages.splice(0);
    this.#forms.clear();
    this.answer = () => ({ ok: true });
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
