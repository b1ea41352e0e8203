import {
  planOf,
  type FieldShape,
  type JoinPlan,
  type LevelPlan,
  type PatternPlan,
  type Ref,
  type Shapes,
  type Test,
} from '../plan.ts';
import { printed } from '../printed.ts';
import { keyOf, type RuleBase, type Template } from '../rule.ts';
import { expressionShown, testShown, type Place } from './shown.ts';

/** The facts that pass one pattern by themselves, kept for all joins that ask for the same and compare the same slots. */
export interface AlphaView {
  /** `α1`, `α2`, in the order in which rules need them. */
  readonly id: string;
  readonly template: string;
  /** What is asked of a fact. */
  readonly tests: readonly string[];
  /** The slots that its facts are hashed by; none: they stand in one list. */
  readonly keys: readonly string[];
  /** The nodes that read it. */
  readonly readers: readonly string[];
}

/** A node that keeps partial matches. */
export interface NodeView {
  /** `1`, `2`, in the order in which rules need them. */
  readonly id: string;
  /** `not-all`, `exists-all`: no match, or at least one, of several conditions together, which stand in `inner`. */
  readonly kind: 'join' | 'not' | 'exists' | 'best' | 'test' | 'not-all' | 'exists-all' | 'rule';
  /** The node whose matches it goes on with; null: it begins a rule. */
  readonly parent: string | null;
  readonly alpha: string | null;
  /** Equalities that both sides are hashed by. */
  readonly keys: readonly string[];
  readonly tests: readonly string[];
  /** What is best, of `best`. */
  readonly criteria: readonly string[];
  /** The last node of the conditions inside, of `not-all` and `exists-all`. */
  readonly inner: string | null;
  /** The rules that stand on it, in their order; of a rule, itself. */
  readonly rules: readonly string[];
}

/** The network that a rule base makes. */
export interface NetworkView {
  readonly alphas: readonly AlphaView[];
  readonly nodes: readonly NodeView[];
  /** How many patterns and conditions the rules have in all: what is not shared. */
  readonly patterns: number;
  readonly conditions: number;
}

interface Making extends NodeView {
  readonly key: string;
  readonly rules: string[];
  inner: string | null;
}

/**
 * What the network of a rule base looks like, by the rules of sharing that `network/network.ts` keeps: rules that begin with the same
 * conditions have one chain of nodes for these, and patterns that ask the same of a fact one memory.
 */
export function networkOf(base: RuleBase): NetworkView {
  return new Viewing(base.templates).view(base);
}

class Viewing {
  readonly #templates: ReadonlyMap<string, Template>;
  readonly #alphas = new Map<string, AlphaView & { readonly readers: string[] }>();
  readonly #nodes: Making[] = [];
  readonly #byKey = new Map<string, Making>();
  #patterns = 0;
  #conditions = 0;

  constructor(templates: readonly Template[]) {
    this.#templates = new Map(templates.map((template) => [keyOf(template), template]));
  }

  view({ rules }: RuleBase): NetworkView {
    for (const rule of rules) {
      for (const { levels } of planOf(rule, this.#shapes)) {
        const end = this.#chain(null, levels, levels, keyOf(rule));
        this.#add({ key: `rule ${this.#nodes.length}`, kind: 'rule', parent: end, rule: keyOf(rule) });
      }
    }
    const nodes = this.#nodes.map(({ key: _key, ...node }) => node);
    const alphas = [...this.#alphas.values()];
    return { alphas, nodes, patterns: this.#patterns, conditions: this.#conditions };
  }

  readonly #shapes: Shapes = {
    slotAt: (template, slot) => this.#slots(template).findIndex(({ name }) => name === slot),
    isMulti: (template, slot) => this.#slots(template).find(({ name }) => name === slot)?.multi ?? false,
  };

  #slots(template: string): Template['slots'] {
    const known = this.#templates.get(template);
    if (known === undefined) throw new TypeError(`there is no template \`${template}\``);
    return known.slots;
  }

  /** Follows levels from a node down. `all`: the levels of the branch, which places refer to. Gives the last node. */
  #chain(
    from: string | null,
    levels: readonly LevelPlan[],
    all: readonly LevelPlan[],
    rule: string,
  ): string | null {
    let parent = from;
    for (const level of levels) parent = this.#level(parent, level, all, rule);
    return parent;
  }

  #level(parent: string | null, level: LevelPlan, all: readonly LevelPlan[], rule: string): string {
    this.#conditions += 1;
    const key = `${parent} ${level.text}`;
    if (level.kind === 'group') {
      const inside = [...all.slice(0, level.level), ...level.inner];
      const inner = this.#chain(parent, level.inner, inside, rule);
      return this.#add({ key, kind: level.present ? 'exists-all' : 'not-all', parent, rule, inner });
    }
    const place = this.#placeIn(all, level.level);
    const tests = level.tests.map((test) => testShown(test, place));
    if (level.kind === 'test') return this.#add({ key, kind: 'test', parent, rule, tests });
    const alpha = this.#alpha(level, all);
    const keys = level.equalities.map(({ own, earlier }) => `${place(own)} = ${place(earlier)}`);
    const criteria = level.criteria.map(
      ({ order, by }) => `${order} ${expressionShown(by, level.variables, place)}`,
    );
    const before = this.#nodes.length;
    const id = this.#add({ key, kind: level.kind, parent, rule, tests, keys, criteria, alpha: alpha.id });
    if (this.#nodes.length > before) alpha.readers.push(id);
    return id;
  }

  /** The node of that key, or a new one; the rule stands on it from here on. */
  #add({
    key,
    kind,
    parent,
    rule,
    ...more
  }: { key: string; rule: string; inner?: string | null } & Pick<NodeView, 'kind' | 'parent'> &
    Partial<NodeView>): string {
    const known = this.#byKey.get(key);
    if (known !== undefined) {
      if (!known.rules.includes(rule)) known.rules.push(rule);
      return known.id;
    }
    const node: Making = {
      id: String(this.#nodes.length + 1),
      key,
      kind,
      parent,
      alpha: null,
      keys: [],
      tests: [],
      criteria: [],
      inner: null,
      ...more,
      rules: [rule],
    };
    this.#nodes.push(node);
    this.#byKey.set(key, node);
    return node.id;
  }

  #alpha(
    { pattern, equalities, level }: JoinPlan,
    all: readonly LevelPlan[],
  ): AlphaView & { readers: string[] } {
    this.#patterns += 1;
    const key = `${pattern.text} by ${equalities.map(({ own }) => `${own.from}${own.at}`).join(' ')}`;
    const known = this.#alphas.get(key);
    if (known !== undefined) return known;
    const place = this.#placeIn(all, level);
    const alpha = {
      id: `α${this.#alphas.size + 1}`,
      template: pattern.template,
      tests: [...this.#sequences(pattern), ...pattern.tests.map((test: Test) => testShown(test, place))],
      keys: equalities.map(({ own }) => place(own)),
      readers: [],
    };
    this.#alphas.set(key, alpha);
    return alpha;
  }

  /** `queue: a ? $? ?2`: how a multislot is cut; a number stands for a part that is looked at. */
  #sequences(pattern: PatternPlan): string[] {
    return pattern.sequences.map(
      ({ slot, fields }) => `${this.#slotName(pattern.template, slot)}: ${fields.map(fieldShown).join(' ')}`,
    );
  }

  #slotName(template: string, at: number): string {
    return this.#slots(template)[at]?.name ?? '';
  }

  /** Names places of the levels of a branch; those of `own` go without their template. */
  #placeIn(levels: readonly LevelPlan[], own: number): Place {
    return (ref: Ref) => {
      const level = levels.find((each) => each.level === ref.level);
      if (level === undefined || level.kind === 'test' || level.kind === 'group') return `#${ref.level}`;
      const { template } = level.pattern;
      const name = this.#placeName(ref, level.pattern);
      if (ref.level === own) return name;
      const twin = levels.filter(
        (each) => each.kind !== 'test' && each.kind !== 'group' && each.pattern.template === template,
      );
      // Two patterns of one template are told apart by their place among the conditions.
      const number = twin.length > 1 ? `${ref.level + 1}` : '';
      return `${template}${number}.${name}`;
    };
  }

  #placeName({ from, at }: Ref, { template, sequences }: PatternPlan): string {
    if (from === 'address') return 'address';
    if (from === 'slot') return this.#slotName(template, at);
    const sequence = sequences.find(({ fields }) => fields.some(({ capture }) => capture === at));
    const name = sequence === undefined ? '' : this.#slotName(template, sequence.slot);
    const field = sequence?.fields.findIndex(({ capture }) => capture === at) ?? 0;
    return name === 'implied' ? `${field + 1}` : `${name}[${field + 1}]`;
  }
}

function fieldShown({ multi, constants }: FieldShape): string {
  if (constants.length === 0) return multi ? '$?' : '?';
  return constants
    .map(({ value, negated }) => `${negated ? '~' : ''}${printed(value, { quoted: true })}`)
    .join('&');
}
