import type { ConditionNode, ConstraintNode, PatternNode, TermNode } from '../ast.ts';
import type { Span } from '../diagnostic.ts';
import type { KnownTemplate, Names } from '../names.ts';
import { allBut, anything, domainOf, only, type Domain } from './domain.ts';
import { unreachable } from '../unreachable.ts';
import type { SlotRule } from './slot-rule.ts';
import { both, claimOf, open, type Atom, type Claim, type Unknown, type Worlds } from './worlds.ts';

/** A fact that a condition matches, as far as it is known. */
export interface KnownFact {
  readonly template: string;
  readonly slots: ReadonlyMap<string, Unknown>;
}

/** Something that must not be: the pattern, and what its variables stand for outside of it. */
export interface Absence {
  readonly pattern: PatternNode;
  readonly variables: ReadonlyMap<string, Unknown>;
}

/** Where reading stopped, because no value is left for what stands there. */
export interface Impossible {
  readonly span: Span;
  readonly slot: SlotRule | null;
}

/** Something impossible inside of a `not` or `forall`, which holds all the same. */
export interface Remark extends Impossible {
  readonly group: 'not' | 'forall';
}

/**
 * Reads conditions one after the other and takes from each what is certain: which values a slot and a variable can have. It stops where nothing is
 * possible any more. `or` has to be gone.
 */
export class Possible {
  readonly #names: Names;
  readonly #worlds: Worlds;
  readonly variables: Map<string, Unknown>;
  readonly facts: KnownFact[] = [];
  readonly absences: Absence[] = [];
  readonly remarks: Remark[];

  constructor(
    names: Names,
    worlds: Worlds,
    variables: ReadonlyMap<string, Unknown> = new Map(),
    remarks: Remark[] = [],
  ) {
    this.#names = names;
    this.#worlds = worlds;
    this.variables = new Map(variables);
    this.remarks = remarks;
  }

  get worlds(): Worlds {
    return this.#worlds;
  }

  /** Null: all of them can be so together. */
  read(conditions: readonly ConditionNode[]): Impossible | null {
    for (const condition of conditions) {
      const found = this.#condition(condition);
      if (found !== null) return found;
    }
    return null;
  }

  #condition(condition: ConditionNode): Impossible | null {
    switch (condition.kind) {
      case 'pattern':
        return this.pattern(condition);
      case 'best':
        return this.pattern(condition.pattern);
      case 'test': {
        const claim = claimOf(condition.expression, (name) => this.variables.get(name));
        return this.#worlds.take(claim) ? null : { span: condition.span, slot: null };
      }
      case 'and':
      case 'logical':
        return this.read(condition.of);
      case 'not':
      case 'exists':
      case 'forall':
        return this.#group(condition.kind, condition.of);
      case 'or':
        return null;
      default:
        return unreachable(condition);
    }
  }

  /** What is in a group binds nothing outside of it, and is asked for by itself. */
  #group(group: 'not' | 'exists' | 'forall', of: readonly ConditionNode[]): Impossible | null {
    const [single] = of;
    if (group === 'not' && of.length === 1 && single?.kind === 'pattern')
      this.absences.push({ pattern: single, variables: new Map(this.variables) });
    if (of.some(holdsOr)) return null;
    const inner = new Possible(this.#names, this.#worlds.copy(), this.variables, this.remarks);
    const found = inner.read(of);
    if (found === null || group === 'exists') return found;
    this.remarks.push({ ...found, group });
    return null;
  }

  pattern({ name, items }: PatternNode): Impossible | null {
    const known = this.#names.templates.get(name.text);
    const slots = new Map<string, Unknown>();
    this.facts.push({ template: name.text, slots });
    const fields: {
      readonly field: ConstraintNode;
      readonly unknown: Unknown;
      readonly rule: SlotRule | null;
    }[] = [];
    for (const item of items) {
      const slot = item.kind === 'slot' ? item.name.text : null;
      const rule = slot === null ? null : (known?.rules.get(slot) ?? null);
      const isSingle = rule?.slot.multi === false;
      for (const field of item.kind === 'slot' ? item.fields : [item]) {
        const unknown = this.#worlds.add(rule === null || field.multi ? anything : domainOf(rule));
        if (isSingle && slot !== null) slots.set(slot, unknown);
        fields.push({ field, unknown, rule });
      }
    }
    // As in CLIPS all variables of a pattern are bound before anything is tested.
    const bound = fields.map(({ field, unknown }) => this.#bind(field, unknown));
    for (const [at, { field, unknown, rule }] of fields.entries()) {
      const claim = this.#claim(field, unknown, bound[at] === true);
      if (!this.#worlds.take(claim)) return { span: field.span, slot: rule };
    }
    return null;
  }

  /** Binds the variable at the front of a field; false: there is none, or it is bound already. */
  #bind({ alternatives }: ConstraintNode, unknown: Unknown): boolean {
    const [leader] = alternatives[0] ?? [];
    const isLed = leader !== undefined && alternatives.every(([first]) => first === leader);
    if (!isLed || leader.kind !== 'variable' || leader.negated || this.variables.has(leader.name))
      return false;
    this.variables.set(leader.name, unknown);
    return true;
  }

  #claim({ alternatives }: ConstraintNode, unknown: Unknown, isBound: boolean): Claim {
    if (alternatives.length === 0) return open;
    return alternatives.flatMap((terms) =>
      (isBound ? terms.slice(1) : terms).map((term) => this.#term(term, unknown)).reduce(both, open),
    );
  }

  #term(term: TermNode, of: Unknown): Claim {
    const within = (domain: Domain): Claim => [[{ kind: 'within', of, domain }]];
    switch (term.kind) {
      case 'literal': {
        const { value } = term.literal;
        return within(term.negated ? allBut(value) : only(value));
      }
      case 'variable': {
        const other = term.multi ? undefined : this.variables.get(term.name);
        const atom: Atom | null =
          other === undefined ? null : { kind: term.negated ? 'differ' : 'same', of, other };
        return atom === null ? open : [[atom]];
      }
      case 'predicate':
        return claimOf(term.expression, (name) => this.variables.get(name), term.negated);
      case 'equal': {
        const { expression } = term;
        if (expression.kind !== 'literal') return open;
        return within(term.negated ? allBut(expression.value) : only(expression.value));
      }
      case 'global':
        return open;
      default:
        return unreachable(term);
    }
  }
}

function holdsOr(condition: ConditionNode): boolean {
  if (condition.kind === 'or') return true;
  return 'of' in condition && condition.of.some(holdsOr);
}

/** More ways than these to choose from the `or`s of a rule are not looked at. */
const WAYS_MAX = 32;

/** The conditions for each way to choose from their `or`s; null: there are too many. */
export function waysOf(conditions: readonly ConditionNode[]): readonly (readonly ConditionNode[])[] | null {
  let ways: readonly (readonly ConditionNode[])[] = [[]];
  for (const condition of conditions) {
    const choices = choicesOf(condition);
    if (choices === null || ways.length * choices.length > WAYS_MAX) return null;
    ways = ways.flatMap((way) => choices.map((choice) => way.concat(choice)));
  }
  return ways;
}

function choicesOf(condition: ConditionNode): readonly (readonly ConditionNode[])[] | null {
  if (condition.kind === 'and' || condition.kind === 'logical') return waysOf(condition.of);
  if (condition.kind !== 'or') return [[condition]];
  const choices = condition.of.map((each) => waysOf([each]));
  return choices.every((each) => each !== null) ? choices.flat() : null;
}

/** The slot that tells facts of a template apart: the first one. */
export const keySlot = ({ template }: KnownTemplate): string | null => template.slots[0]?.name ?? null;
