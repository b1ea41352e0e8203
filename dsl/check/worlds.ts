import { Float, FALSE, type Field } from '../../engine/value.ts';
import type { ExpressionNode } from '../ast.ts';
import { allBut, anything, compared, isEmpty, meet, only, singleOf, type Domain } from './domain.ts';
import { numberOf, same } from './slot-rule.ts';

// What can be so: unknowns with what is known of each, which of them are the same and which are not. Where something is one or another,
// there are several worlds. Only what is certain counts: an expression that is not understood rules nothing out.

/** An unknown: the value of a slot of some fact. */
export type Unknown = number;

export type Atom =
  | { readonly kind: 'within'; readonly of: Unknown; readonly domain: Domain }
  /** `equal`: as numbers, so an integer may be equal to a float. */
  | { readonly kind: 'same' | 'equal' | 'differ'; readonly of: Unknown; readonly other: Unknown }
  | { readonly kind: 'never' };

/** Alternatives of things that are so together. One without any atom rules nothing out. */
export type Claim = readonly (readonly Atom[])[];

/** More worlds than these are not looked at: what would make them is left out. */
const WORLDS_MAX = 64;

class World {
  readonly #parents: Unknown[];
  readonly #domains: Domain[];
  readonly #different: (readonly [Unknown, Unknown])[];

  constructor(from?: World) {
    this.#parents = from === undefined ? [] : [...from.#parents];
    this.#domains = from === undefined ? [] : [...from.#domains];
    this.#different = from === undefined ? [] : [...from.#different];
  }

  add(domain: Domain): Unknown {
    this.#domains.push(domain);
    return this.#parents.push(this.#parents.length) - 1;
  }

  /** Takes something as so; false when it can't be. */
  take(atom: Atom): boolean {
    if (atom.kind === 'never') return false;
    const root = this.rootOf(atom.of);
    if (atom.kind === 'within') {
      this.#domains[root] = meet(this.#domains[root] ?? anything, atom.domain);
    } else {
      const other = this.rootOf(atom.other);
      const isSame = atom.kind === 'same' || (atom.kind === 'equal' && this.#areOfOneType(root, other));
      if (atom.kind === 'differ') this.#different.push([root, other]);
      else if (isSame && root !== other) {
        this.#parents[other] = root;
        this.#domains[root] = meet(this.domainOf(root), this.#domains[other] ?? anything);
      }
    }
    return !isEmpty(this.domainOf(root)) && this.#different.every(([a, b]) => this.#mayDiffer(a, b));
  }

  rootOf(unknown: Unknown): Unknown {
    let root = unknown;
    while (this.#parents[root] !== root) root = this.#parents[root] as Unknown;
    return root;
  }

  domainOf(unknown: Unknown): Domain {
    return this.#domains[this.rootOf(unknown)] ?? anything;
  }

  differ(a: Unknown, b: Unknown): boolean {
    const roots = new Set([this.rootOf(a), this.rootOf(b)]);
    return (
      isEmpty(meet(this.domainOf(a), this.domainOf(b))) ||
      this.#different.some(([one, other]) => {
        const pair = [this.rootOf(one), this.rootOf(other)];
        return pair.every((each) => roots.has(each)) && pair[0] !== pair[1];
      })
    );
  }

  #areOfOneType(a: Unknown, b: Unknown): boolean {
    const [one, other] = [this.domainOf(a).types, this.domainOf(b).types];
    return one?.length === 1 && other?.length === 1 && one[0] === other[0];
  }

  #mayDiffer(a: Unknown, b: Unknown): boolean {
    if (this.rootOf(a) === this.rootOf(b)) return false;
    const one = singleOf(this.domainOf(a));
    const other = singleOf(this.domainOf(b));
    return one === null || other === null || !same(one, other);
  }
}

export class Worlds {
  #all: readonly World[];

  constructor(all: readonly World[] = [new World()]) {
    this.#all = all;
  }

  /** The same worlds, to go on from in another way. */
  copy(): Worlds {
    return new Worlds(this.#all.map((world) => new World(world)));
  }

  get isPossible(): boolean {
    return this.#all.length > 0;
  }

  add(domain: Domain): Unknown {
    let unknown = 0;
    for (const world of this.#all) unknown = world.add(domain);
    return unknown;
  }

  /** Takes a claim as so; false when no world is left. */
  take(claim: Claim): boolean {
    if (this.#all.length * claim.length > WORLDS_MAX) return this.isPossible;
    this.#all = this.#all.flatMap((world) =>
      claim.flatMap((atoms) => {
        const next = new World(world);
        return atoms.every((atom) => next.take(atom)) ? [next] : [];
      }),
    );
    return this.isPossible;
  }

  /** Whether two unknowns are the same in every world. */
  areSame(a: Unknown, b: Unknown): boolean {
    return this.#all.every((world) => world.rootOf(a) === world.rootOf(b));
  }

  areDifferent(a: Unknown, b: Unknown): boolean {
    return this.#all.every((world) => world.differ(a, b));
  }

  /** What an unknown can be, in one world or another. */
  domainsOf(of: Unknown): readonly Domain[] {
    return this.#all.map((world) => world.domainOf(of));
  }

  /** Whether something holds of what an unknown can be, in every world. */
  always(of: Unknown, holds: (domain: Domain) => boolean): boolean {
    return this.#all.every((world) => holds(world.domainOf(of)));
  }
}

/** What rules nothing out. */
export const open: Claim = [[]];

/** Both are so. */
export function both(a: Claim, b: Claim): Claim {
  return a.flatMap((one) => b.map((other) => one.concat(other)));
}

const negations: ReadonlyMap<string, string> = new Map([
  ['<', '>='],
  ['<=', '>'],
  ['>', '<='],
  ['>=', '<'],
  ['=', '<>'],
  ['<>', '='],
  ['eq', 'neq'],
  ['neq', 'eq'],
]);

const mirrored: ReadonlyMap<string, string> = new Map([
  ['<', '>'],
  ['<=', '>='],
  ['>', '<'],
  ['>=', '<='],
]);

/** What is so when an expression holds. `unknownOf` knows its variables. */
export function claimOf(
  node: ExpressionNode,
  unknownOf: (variable: string) => Unknown | undefined,
  negated = false,
): Claim {
  if (node.kind === 'literal') return (node.value === FALSE) === negated ? open : [[{ kind: 'never' }]];
  if (node.kind !== 'call') return open;
  const { arguments: given } = node;
  const name = node.name.text;
  const [first, second] = given;
  const inner = (each: ExpressionNode): Claim => claimOf(each, unknownOf, negated);
  if (name === 'not' && first !== undefined && given.length === 1) return claimOf(first, unknownOf, !negated);
  if (name === 'and' || name === 'or') {
    const isAll = (name === 'and') !== negated;
    return isAll ? given.map(inner).reduce(both, open) : given.flatMap(inner);
  }
  if (!negations.has(name) || first === undefined || second === undefined || given.length !== 2) return open;
  const word = negated ? (negations.get(name) as string) : name;
  const sides = [first, second].map((side) => {
    if (side.kind === 'literal') return { value: side.value, unknown: undefined };
    return {
      value: undefined,
      unknown: side.kind === 'variable' && !side.multi ? unknownOf(side.name) : undefined,
    };
  });
  const [left, right] = sides;
  if (left?.unknown !== undefined && right?.unknown !== undefined)
    return betweenUnknowns(word, left.unknown, right.unknown);
  if (left?.unknown !== undefined && right?.value !== undefined)
    return [[within(left.unknown, word, right.value)].flat()];
  if (right?.unknown !== undefined && left?.value !== undefined)
    return [[within(right.unknown, mirrored.get(word) ?? word, left.value)].flat()];
  if (left?.value !== undefined && right?.value !== undefined)
    return betweenValues(word, left.value, right.value);
  return open;
}

function betweenUnknowns(word: string, of: Unknown, other: Unknown): Claim {
  if (word === 'eq') return [[{ kind: 'same', of, other }]];
  if (word === '=') return [[{ kind: 'equal', of, other }]];
  if (word === 'neq' || word === '<>' || word === '<' || word === '>')
    return [[{ kind: 'differ', of, other }]];
  return open;
}

function within(of: Unknown, word: string, value: Field): Atom[] {
  if (word === 'eq') return [{ kind: 'within', of, domain: only(value) }];
  if (word === 'neq') return [{ kind: 'within', of, domain: allBut(value) }];
  const number = numberOf(value);
  if (number === null) return [];
  if (word === '<>') return [{ kind: 'within', of, domain: allBut(number, new Float(number)) }];
  return [{ kind: 'within', of, domain: compared(word as '<' | '<=' | '>' | '>=' | '=', number) }];
}

function betweenValues(word: string, left: Field, right: Field): Claim {
  const never: Claim = [[{ kind: 'never' }]];
  if (word === 'eq' || word === 'neq') return same(left, right) === (word === 'eq') ? open : never;
  const a = numberOf(left);
  const b = numberOf(right);
  if (a === null || b === null) return open;
  const holds =
    (word.includes('=') && a === b) ||
    (word.startsWith('<') && a < b) ||
    ((word.startsWith('>') || word === '<>') && a > b);
  return holds ? open : never;
}
