import type { ConditionNode, ConstraintNode, PatternNode, RuleNode, TermNode } from '../ast.ts';
import { warning, type Diagnostic } from '../diagnostic.ts';
import type { Definitions, Names } from '../names.ts';
import { walk } from '../walk.ts';
import { allBut, isEmpty, isWithin, meet, only, type Domain } from './domain.ts';
import { keySlot, Possible, waysOf, type Absence, type KnownFact } from './possible.ts';
import { Worlds, type Unknown } from './worlds.ts';

/** A rule that takes a fact for itself: it answers it, so that no rule after it sees it. */
interface Claimant {
  readonly rule: RuleNode;
  readonly salience: string;
  readonly template: string;
  /** Its conditions, one list for each way to choose from their `or`s, and what they let the slots of the fact be. */
  readonly ways: readonly Way[];
}

interface Way {
  readonly conditions: readonly ConditionNode[];
  readonly slots: ReadonlyMap<string, readonly Domain[]>;
}

/** Pairs of rules that are held against each other at most: beyond that a check would be slow, and says nothing of the rest. */
const PAIRS_MAX = 20_000;

/**
 * DSL3005: two rules that can answer the same fact, a request, at the same salience. Then the place in the files decides which of them does. Rules
 * claim a fact by calling a function that answers facts of its template, or by retracting it.
 *
 * Two rules are told only when nothing is found that keeps them apart: values that exclude each other, in the fact itself or in what it leads to.
 * Facts of one template are taken for the same when their first slots are, as with ids and names.
 */
export function rivalClaims({ rules }: Definitions, names: Names): readonly Diagnostic[] {
  const claimants = rules.filter(({ broken }) => !broken).flatMap((rule) => claimantsOf(rule, names));
  const found: Diagnostic[] = [];
  let pairs = 0;
  for (const [at, later] of claimants.entries()) {
    const rival = claimants.slice(0, at).find((earlier) => {
      if (earlier.rule === later.rule || !areAlike(earlier, later) || pairs >= PAIRS_MAX) return false;
      pairs += 1;
      return canBoth(earlier, later, names);
    });
    if (rival !== undefined) found.push(told(rival, later));
  }
  return found;
}

function claimantsOf(rule: RuleNode, names: Names): Claimant[] {
  const ways = waysOf(rule.conditions);
  if (ways === null) return [];
  const salience = rule.declarations.find(({ name }) => name.text === 'salience')?.values[0];
  // Saliences that are computed are alike when they are written alike.
  const written =
    salience === undefined ? '0' : salience.kind === 'literal' ? salience.text : writtenOf(rule, salience);
  return [...claimedBy(rule, names)].map((template) => ({
    rule,
    salience: written,
    template,
    ways: ways.flatMap((conditions) => wayOf(conditions, template, names) ?? []),
  }));
}

/** Null: nothing satisfies these conditions, or none of them matches a fact of the template. */
function wayOf(conditions: readonly ConditionNode[], template: string, names: Names): Way | null {
  const worlds = new Worlds();
  const possible = new Possible(names, worlds);
  if (possible.read(conditions) !== null) return null;
  const claimed = possible.facts.find((fact) => fact.template === template);
  if (claimed === undefined) return null;
  return {
    conditions,
    slots: new Map([...claimed.slots].map(([slot, of]) => [slot, worlds.domainsOf(of)])),
  };
}

function writtenOf({ text }: RuleNode, { span }: { readonly span: { readonly column: number } }): string {
  return /\(salience ([^]*?)\)\)/.exec(text)?.[1] ?? String(span.column);
}

/** Templates whose facts a rule answers. */
function claimedBy({ conditions, actions }: RuleNode, names: Names): ReadonlySet<string> {
  const patterns = patternsOf(conditions);
  const claimed = new Set<string>();
  for (const node of walk(actions)) {
    if (node.kind !== 'call') continue;
    const answered = names.functions.get(node.name.text)?.signature.claims;
    if (answered !== undefined && patterns.some(({ name }) => name.text === answered)) claimed.add(answered);
    if (node.name.text !== 'retract') continue;
    for (const argument of node.arguments) {
      const pattern = patterns.find(
        ({ address }) => argument.kind === 'variable' && address?.text === argument.name,
      );
      // An ordered fact that is taken away is a flag or a counter as often as a request.
      if (pattern !== undefined && names.templates.has(pattern.name.text)) claimed.add(pattern.name.text);
    }
  }
  return claimed;
}

function patternsOf(conditions: readonly ConditionNode[]): readonly PatternNode[] {
  return conditions.flatMap((condition) => {
    if (condition.kind === 'pattern') return [condition];
    if (condition.kind === 'and' || condition.kind === 'logical' || condition.kind === 'or')
      return patternsOf(condition.of);
    return [];
  });
}

const areAlike = (a: Claimant, b: Claimant): boolean =>
  a.template === b.template && a.salience === b.salience;

function canBoth(a: Claimant, b: Claimant, names: Names): boolean {
  return a.ways.some((one) =>
    b.ways.some(
      (other) => !areApart(one, other) && canTogether(a.template, one.conditions, other.conditions, names),
    ),
  );
}

/** Whether some slot of the fact can't be what both ask: most pairs are told apart by this alone. */
function areApart(one: Way, other: Way): boolean {
  return [...one.slots].some(([slot, domains]) => {
    const others = other.slots.get(slot);
    return others !== undefined && domains.every((a) => others.every((b) => isEmpty(meet(a, b))));
  });
}

/** Whether nothing speaks against both matching the same fact at the same time. */
function canTogether(
  template: string,
  one: readonly ConditionNode[],
  other: readonly ConditionNode[],
  names: Names,
): boolean {
  const worlds = new Worlds();
  const a = new Possible(names, worlds);
  const b = new Possible(names, worlds);
  if (a.read(one) !== null || b.read(other) !== null) return false;
  const claimedA = a.facts.find((fact) => fact.template === template);
  const claimedB = b.facts.find((fact) => fact.template === template);
  if (claimedA === undefined || claimedB === undefined || !merge(claimedA, claimedB, worlds)) return false;
  const facts = [...a.facts, ...b.facts];
  if (!mergeByKeys(facts, names, worlds)) return false;
  // Rules are matched by what is the same once more: a choice that was open may be decided now.
  return ![...a.absences, ...b.absences].some((absence) =>
    facts.some((fact) => isPresent(absence, fact, worlds)),
  );
}

/** Makes two facts one; false when their slots exclude each other. */
function merge(a: KnownFact, b: KnownFact, worlds: Worlds): boolean {
  for (const [slot, of] of a.slots) {
    const other = b.slots.get(slot);
    if (other !== undefined && !worlds.take([[{ kind: 'same', of, other }]])) return false;
  }
  return true;
}

/** Makes facts one whose first slots are the same, until no more are found. */
function mergeByKeys(facts: readonly KnownFact[], names: Names, worlds: Worlds): boolean {
  const merged = new Set<string>();
  for (let before = -1; before !== merged.size;) {
    before = merged.size;
    for (const [at, fact] of facts.entries()) {
      for (const [index, other] of facts.slice(0, at).entries()) {
        const id = `${at} ${index}`;
        if (merged.has(id) || fact.template !== other.template || !haveSameKey(fact, other, names, worlds))
          continue;
        merged.add(id);
        if (!merge(fact, other, worlds)) return false;
      }
    }
  }
  return true;
}

function haveSameKey(a: KnownFact, b: KnownFact, names: Names, worlds: Worlds): boolean {
  const known = names.templates.get(a.template);
  const key = known === undefined ? null : keySlot(known);
  const one = key === null ? undefined : a.slots.get(key);
  const other = key === null ? undefined : b.slots.get(key);
  return one !== undefined && other !== undefined && worlds.areSame(one, other);
}

/** Whether a fact is surely one that must not be. */
function isPresent({ pattern, variables }: Absence, fact: KnownFact, worlds: Worlds): boolean {
  if (fact.template !== pattern.name.text) return false;
  const local = new Map(variables);
  return pattern.items.every((item) => {
    if (item.kind !== 'slot') return false;
    const [field] = item.fields;
    const unknown = fact.slots.get(item.name.text);
    if (field === undefined || item.fields.length !== 1) return false;
    if (field.alternatives.length === 0) return !field.multi || unknown !== undefined;
    return unknown !== undefined && surelyFits(field, unknown, local, worlds);
  });
}

function surelyFits(
  { alternatives }: ConstraintNode,
  of: Unknown,
  local: Map<string, Unknown>,
  worlds: Worlds,
): boolean {
  const values = alternatives.map(([term, ...others]) =>
    term?.kind === 'literal' && !term.negated && others.length === 0 ? term.literal.value : null,
  );
  if (values.every((value) => value !== null))
    return worlds.always(of, (domain) => isWithin(domain, only(...values)));
  const [terms] = alternatives;
  if (alternatives.length > 1 || terms === undefined) return false;
  return terms.every((term) => surelyHolds(term, of, local, worlds));
}

function surelyHolds(term: TermNode, of: Unknown, local: Map<string, Unknown>, worlds: Worlds): boolean {
  if (term.kind === 'literal') {
    const { value } = term.literal;
    const domain: Domain = term.negated ? allBut(value) : only(value);
    return worlds.always(of, (known) => isWithin(known, domain));
  }
  if (term.kind !== 'variable' || term.multi) return false;
  const other = local.get(term.name);
  if (other === undefined) {
    if (!term.negated) local.set(term.name, of);
    return !term.negated;
  }
  return term.negated ? worlds.areDifferent(of, other) : worlds.areSame(of, other);
}

function told(earlier: Claimant, { rule, salience, template }: Claimant): Diagnostic {
  const [first, second] = [earlier.rule.name.text, rule.name.text];
  return warning(
    'DSL3005',
    rule.name.span,
    `\`${first}\` and \`${second}\` can answer the same \`${template}\` at salience ${salience}`,
    {
      help: 'the one that stands first in the files does: give one another salience, or a condition that keeps them apart',
      related: [{ span: earlier.rule.name.span, message: `\`${first}\` stands here` }],
    },
  );
}
