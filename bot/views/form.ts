import { HOST_ACTIONS } from '../grammar/host-command.ts';
import { isLeaseVerb, meaningOf, type LeaseVerb } from '../grammar/lease-command.ts';
import { quantity, type Quantity } from '../grammar/quantity.ts';
import { inLengthUnit, inMemoryUnit } from '../grammar/sentence.ts';
import { parse, verbOf, type GrammarWorld, type Meaning, type Missing, type VerbName } from '../grammar.ts';
import { isMachineName } from '../names.ts';
import type { Field, Form } from '../surface.ts';
import { pressToken, readToken } from '../token.ts';
import { capitalised } from './words.ts';

/** Choices of one field; platforms show a hundred at most. */
const CHOICES_MAX = 100;

/** The form that asks for what a command lacks. Null where no form can: a policy file is attached, not typed. */
export function missingForm(
  { verb, known, fields }: Missing,
  world: GrammarWorld,
  nonce: string,
): Form | null {
  if (fields.includes('file')) return null;
  const token = pressToken({ text: verb }, nonce);
  if (verb === 'new')
    return {
      title: 'New machine',
      token,
      submit: 'Make it',
      fields: [
        field('cores', 'Cores', '1 to 1024', known.cores === null ? null : String(known.cores)),
        field('memory', 'Memory', '8g or 8192m', known.memory === null ? null : inMemoryUnit(known.memory)),
        imageField(world, known.image),
        {
          ...field('name', 'Name', 'a-z, 0-9 and hyphens; none: one is made up', known.name),
          optional: true,
        },
        {
          ...field('length', 'For how long', '12h, 30d or 2w; none: the usual', lengthOf(known.length)),
          optional: true,
        },
      ],
    };
  if (verb === 'host')
    return {
      title: 'Host',
      token,
      submit: 'Do it',
      fields: [
        { ...field('host', 'Host', null, known.host), choices: choices(world.hosts) },
        { ...field('action', 'What to do', null, null), choices: choices(Object.keys(HOST_ACTIONS)) },
      ],
    };
  const machines = world.machines.filter(({ mine }) => mine || world.admin);
  const machine: Field = {
    ...field('machine', 'Machine', null, null),
    choices: machines.slice(0, CHOICES_MAX).map(({ name, lease }) => ({ value: lease, label: name })),
  };
  const length = {
    ...field('length', 'For how long', '30d or 2w; none: the usual', lengthOf(known.length)),
    optional: true,
  };
  const label = capitalised(verb);
  return { title: label, token, submit: label, fields: verb === 'renew' ? [machine, length] : [machine] };
}

/** What a filled-in form means: something to do, or a sentence for each field that cannot be. Null for a token that is not ours. */
export function readForm(
  token: string,
  values: Readonly<Record<string, string>>,
  world: GrammarWorld,
):
  | { readonly kind: 'meaning'; readonly meaning: Meaning; readonly nonce: string }
  | { readonly kind: 'problems'; readonly fields: Readonly<Record<string, string>> }
  | null {
  const read = readToken(token);
  const verb = read !== null && 'text' in read.press ? verbOf(read.press.text) : null;
  if (read === null || verb === null) return null;
  const filled = new Filled(values, world);
  const meaning = filled.meaning(verb);
  if (meaning === null) return { kind: 'problems', fields: filled.problems };
  return { kind: 'meaning', meaning, nonce: read.nonce };
}

/** The values of a form as they are read, and what is wrong with them. */
class Filled {
  readonly #values: Readonly<Record<string, string>>;
  readonly #world: GrammarWorld;
  readonly problems: Record<string, string> = {};

  constructor(values: Readonly<Record<string, string>>, world: GrammarWorld) {
    this.#values = values;
    this.#world = world;
  }

  /** Null when something cannot be; `problems` says what. */
  meaning(verb: VerbName): Meaning | null {
    if (verb === 'new') return this.#newMachine();
    if (verb === 'host') return this.#host();
    return isLeaseVerb(verb) ? this.#leaseCommand(verb) : parse(verb, this.#world);
  }

  #newMachine(): Meaning | null {
    const cores = this.#amount('cores', 'cores', 'c', 'Cores are a number from 1 to 1024.');
    const memory = this.#amount('memory', 'memory', 'g', 'Memory looks like 8g or 8192m.');
    const { images } = this.#world;
    const wanted = this.#text('image');
    const image = images.find(
      ({ name, aliases }) => name.toLowerCase() === wanted || aliases.includes(wanted),
    )?.name;
    if (image === undefined) this.problems['image'] = 'Choose one of the images.';
    const name = this.#text('name');
    if (name !== '' && !isMachineName(name))
      this.problems['name'] = 'A name is 1 to 40 of a-z, 0-9 and hyphens.';
    const length = this.#length();
    if (cores === null || memory === null || image === undefined || Object.keys(this.problems).length > 0)
      return null;
    return {
      kind: 'ask',
      ask: { kind: 'new-machine', cores, memory, image, name: isMachineName(name) ? name : null, length },
    };
  }

  #leaseCommand(verb: LeaseVerb): Meaning | null {
    const wanted = this.#text('machine');
    const lease = this.#world.machines.find(
      (machine) => machine.lease === wanted || machine.name === wanted,
    )?.lease;
    const length = verb === 'renew' ? this.#length() : null;
    if (lease === undefined) this.problems['machine'] = 'Choose one of the machines.';
    return lease === undefined || Object.keys(this.problems).length > 0
      ? null
      : meaningOf(verb, lease, length);
  }

  #host(): Meaning | null {
    const host = this.#world.hosts.find((name) => name.toLowerCase() === this.#text('host'));
    const action = this.#text('action');
    if (host === undefined) this.problems['host'] = 'Choose one of the hosts.';
    if (!Object.hasOwn(HOST_ACTIONS, action)) this.problems['action'] = 'Choose drain, resume, off or on.';
    return Object.keys(this.problems).length > 0 ? null : parse(`host ${host} ${action}`, this.#world);
  }

  #text(id: string): string {
    return (this.#values[id] ?? '').trim().toLowerCase();
  }

  /** A size; a number alone is taken in the field's own unit. */
  #amount(id: string, kind: Quantity['kind'], unit: string, problem: string): number | null {
    const key = this.#text(id).replaceAll(/\s/gu, '');
    const read = quantity(/^\d+(?:\.\d+)?$/u.test(key) ? `${key}${unit}` : key);
    if (read.kind === kind && read.kind !== 'wrong') return read.value;
    this.problems[id] = problem;
    return null;
  }

  #length(): number | null {
    const key = this.#text('length').replaceAll(/\s|^for\b/gu, '');
    if (key === '') return null;
    const read = quantity(key, { lengthMeant: true });
    if (read.kind === 'length') return read.value;
    this.problems['length'] = 'A length looks like 12h, 30d or 2w.';
    return null;
  }
}

function field(id: string, label: string, hint: string | null, value: string | null): Field {
  return {
    id,
    label,
    optional: false,
    ...(hint === null ? {} : { hint }),
    ...(value === null ? {} : { value }),
  };
}

function imageField({ images }: GrammarWorld, known: string | null): Field {
  const offered = images.slice(0, CHOICES_MAX).map(({ name, aliases }) => {
    const [short] = aliases;
    return { value: name, label: short === undefined ? name : `${short} (${name})` };
  });
  return { ...field('image', 'Image', null, known), choices: offered };
}

function choices(values: readonly string[]): NonNullable<Field['choices']> {
  return values.slice(0, CHOICES_MAX).map((value) => ({ value, label: value }));
}

function lengthOf(seconds: number | null): string | null {
  return seconds === null ? null : inLengthUnit(seconds);
}
