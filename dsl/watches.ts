import type { Listener } from '../engine/listener.ts';
import { keyOf, type FunctionDefinition, type Rule } from '../engine/rule.ts';
import type { Value } from '../engine/value.ts';
import { activationLine, basisText, factLine, fieldText } from './commands/texts.ts';
import type { Kind } from './workspace.ts';

/** What CLIPS can watch, in its order. Objects and generic functions are watched by nobody here. */
export const watchable = [
  'facts',
  'instances',
  'slots',
  'rules',
  'activations',
  'messages',
  'message-handlers',
  'generic-functions',
  'methods',
  'deffunctions',
  'compilations',
  'statistics',
  'globals',
  'focus',
] as const;
export type Watchable = (typeof watchable)[number];

/** What can be watched construct by construct, and the kind of the constructs. */
export const watchedKinds: Readonly<Partial<Record<Watchable, Kind>>> = {
  facts: 'deftemplate',
  rules: 'defrule',
  activations: 'defrule',
  deffunctions: 'deffunction',
  globals: 'defglobal',
};

/** How much there is of something while rules fire: its sum over the firings, and its maximum. */
interface Mean {
  sum: number;
  most: number;
}

/** What is watched, and the lines that tell of it, as CLIPS writes them. */
export class Watches {
  readonly #print: (text: string) => void;
  /** Counts facts and activations; asked only while statistics are watched. */
  readonly #counts: () => { readonly facts: number; readonly activations: number };
  readonly #watched = new Set<Watchable>(['compilations']);
  /** Constructs for which something else holds than for all others. */
  readonly #exceptions = new Map<string, boolean>();
  #fired = 0;
  #isRunning = false;
  #last: Rule | null = null;
  #facts: Mean = { sum: 0, most: 0 };
  #activations: Mean = { sum: 0, most: 0 };

  constructor(
    print: (text: string) => void,
    counts: () => { readonly facts: number; readonly activations: number },
  ) {
    this.#print = print;
    this.#counts = counts;
  }

  /** Watches an item, or watches it no more, for all constructs. */
  set(item: Watchable, isWatched: boolean): void {
    if (isWatched) this.#watched.add(item);
    else this.#watched.delete(item);
    for (const key of this.#exceptions.keys()) if (key.startsWith(`${item} `)) this.#exceptions.delete(key);
  }

  /** The same for one construct, by its key. */
  setFor(item: Watchable, construct: string, isWatched: boolean): void {
    this.#exceptions.set(`${item} ${construct}`, isWatched);
  }

  has(item: Watchable): boolean {
    return this.#watched.has(item);
  }

  hasFor(item: Watchable, construct: string): boolean {
    return this.#exceptions.get(`${item} ${construct}`) ?? this.#watched.has(item);
  }

  /** Constructs went: what held for them alone is forgotten. */
  clear(): void {
    this.#exceptions.clear();
  }

  /** A run begins: firings are counted from 1. */
  beginRun(): void {
    this.#fired = 0;
    this.#isRunning = true;
    this.#last = null;
    this.#facts = { sum: 0, most: 0 };
    this.#activations = { sum: 0, most: 0 };
    if (this.#watched.has('statistics')) this.#count();
  }

  /** A run is over: its figures, when statistics are watched. */
  endRun(): void {
    this.#isRunning = false;
    if (!this.#watched.has('statistics')) return;
    if (this.#fired > 0) this.#count();
    const mean = ({ sum, most }: Mean, noun: string): string =>
      `${Math.floor(sum / (this.#fired + 1) + 0.5)} mean number of ${noun} (${most} maximum).\n`;
    // An instance, `[initial-object]`, stands in every CLIPS with objects.
    const instances = { sum: this.#fired + 1, most: 1 };
    this.#print(
      `${this.#fired} rules fired\n${mean(this.#facts, 'facts')}${mean(instances, 'instances')}${mean(this.#activations, 'activations')}`,
    );
  }

  /** The rule that fires now; null outside of a run. */
  get firingRule(): Rule | null {
    return this.#isRunning ? this.#last : null;
  }

  /** The rule that fired last, when it is watched. */
  get watchedRule(): Rule | null {
    return this.#last !== null && this.hasFor('rules', keyOf(this.#last)) ? this.#last : null;
  }

  /** Whether any construct's are watched. */
  #hears(item: Watchable): boolean {
    return this.#watched.has(item) || this.#exceptions.size > 0;
  }

  readonly listener: Listener = {
    hears: (event) => {
      if (event === 'asserted' || event === 'retracted') return this.#hears('facts');
      if (event === 'activated' || event === 'deactivated') return this.#hears('activations');
      if (event === 'fired') return this.#hears('rules');
      return event === 'called' || event === 'returned' ? this.#hears('deffunctions') : true;
    },
    asserted: (fact) => this.#tell('facts', keyOf(fact.template), () => `==> ${factLine(fact)}`),
    retracted: (fact) => this.#tell('facts', keyOf(fact.template), () => `<== ${factLine(fact)}`),
    activated: (activation) =>
      this.#tell('activations', keyOf(activation.rule), () => `==> Activation ${activationLine(activation)}`),
    deactivated: (activation) =>
      this.#tell('activations', keyOf(activation.rule), () => `<== Activation ${activationLine(activation)}`),
    fires: (rule) => {
      if (this.#fired > 0 && this.#watched.has('statistics')) this.#count();
      this.#fired += 1;
      this.#last = rule;
    },
    fired: ({ rule, facts }) =>
      this.#tell(
        'rules',
        keyOf(rule),
        () => `FIRE ${String(this.#fired).padStart(4)} ${rule.name}: ${basisText(facts)}`,
      ),
    focused: (module, from) => {
      if (this.#watched.has('focus'))
        this.#print(`==> Focus ${module}${from === null ? '' : ` from ${from}`}\n`);
    },
    unfocused: (module, to) => {
      if (this.#watched.has('focus')) this.#print(`<== Focus ${module}${to === null ? '' : ` to ${to}`}\n`);
    },
    called: (definition, values, depth) => this.#tellCall('>>', definition, values, depth),
    returned: (definition, values, depth) => this.#tellCall('<<', definition, values, depth),
    globalSet: (definition, value, before) => {
      if (before === null) return;
      this.#tell(
        'globals',
        keyOf(definition),
        () => `:== ?*${definition.name}* ==> ${fieldText(value)} <== ${fieldText(before)}`,
      );
    },
  };

  #tell(item: Watchable, construct: string, line: () => string): void {
    if (this.hasFor(item, construct)) this.#print(`${line()}\n`);
  }

  /** `DFN >> f ED:1 (1 2)`: a firing counts as a call too. */
  #tellCall(arrow: string, definition: FunctionDefinition, values: readonly Value[], depth: number): void {
    this.#tell(
      'deffunctions',
      keyOf(definition),
      () =>
        `DFN ${arrow} ${definition.name} ED:${depth + (this.#isRunning ? 1 : 0)} (${values.map(fieldText).join(' ')})`,
    );
  }

  #count(): void {
    const { facts, activations } = this.#counts();
    add(this.#facts, facts);
    add(this.#activations, activations);
  }
}

function add(mean: Mean, count: number): void {
  mean.sum += count;
  mean.most = Math.max(mean.most, count);
}
