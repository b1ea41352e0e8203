import { slotValue, type PlainValue } from './convert.ts';
import { plainFact, type Found, type PlainFact, type TypedTemplate } from './define.ts';
import { Explaining, type ExplainedFact, type Explanation, type Provenance } from './explanation.ts';
import { NIL, TOKENS } from './heap.ts';
import { activationView } from './listener.ts';
import { factsOfToken, matchesOf, type BranchMatches } from './matches.ts';
import { sameValue } from './order.ts';
import { keyOf, type Rule, type Template } from './rule.ts';
import { SessionSettings } from './session-settings.ts';
import type { Value } from './value.ts';
import { whyNotOf, type WhyNot } from './why-not.ts';
import type { Activation, Fact, Statistics } from './world.ts';

/** What can be asked of a session: facts, agenda, matches, reasons. Nothing here changes anything. */
export abstract class SessionView extends SessionSettings {
  /** All facts, or those of one template, oldest first. */
  *facts(template?: string): Generator<Fact> {
    const facts =
      template === undefined
        ? this.parts.fabric.facts.all()
        : this.parts.fabric.facts.of(this.parts.fabric.facts.relation(template));
    for (const fact of facts) yield this.parts.fabric.facts.view(fact);
  }

  /** How many facts of a template stand. */
  countOf(template: string): number {
    return this.parts.fabric.facts.relation(template).count;
  }

  /** Facts of a typed template as plain objects, oldest first; `where`: those with these values alone. */
  query<T extends TypedTemplate>(template: T, where: Partial<PlainFact<T>> = {}): Found<T>[] {
    const wanted = Object.entries(where as Readonly<Record<string, PlainValue>>).map(([name, plain]) => {
      const slot = template.slots.find((each) => each.name === name);
      if (slot === undefined) throw new TypeError(`template \`${template.name}\` has no slot \`${name}\``);
      return { name, value: slotValue(template, slot, plain) };
    });
    return [...this.facts(keyOf(template))]
      .filter(({ slots }) => wanted.every(({ name, value }) => sameValue(slots[name] as Value, value)))
      .map(({ index, slots }) => ({ index, slots: plainFact<T>(template, slots) }));
  }

  /** The facts that a module sees: those of its own templates and of those that it imports. */
  *factsInScope(module: string = this.currentModule): Generator<Fact> {
    const seen = new Set<Template>();
    for (const template of this.templates()) {
      if (this.visible('deftemplate', template.name, module) === keyOf(template)) seen.add(template);
    }
    for (const fact of this.facts()) if (seen.has(fact.template)) yield fact;
  }

  fact(index: number): Fact | undefined {
    const fact = this.parts.fabric.facts.at(index);
    return fact === NIL ? undefined : this.parts.fabric.facts.view(fact);
  }

  /** What waits to fire, in all modules or in one of them, in firing order. */
  agenda(module?: string): readonly Activation[] {
    this.settle();
    return this.parts.agenda
      .all(module)
      .map((token) => activationView(this.parts.fabric.facts, token, this.parts.agenda.terminalOf(token)));
  }

  /**
   * Why an activation, or a firing of which a host function was told, came about: its rule and its facts, each with what it follows from, down to
   * what stands by itself. `provenance`: also by which firings facts were made that need no support.
   */
  explain(of: Pick<Activation, 'rule' | 'facts'>, provenance: Provenance | null = null): Explanation {
    return this.#explaining(provenance).explain(of);
  }

  /** The same for a fact; undefined when there is none of that index. */
  explainFact(index: number, provenance: Provenance | null = null): ExplainedFact | undefined {
    const fact = this.fact(index);
    return fact && this.#explaining(provenance).fact(fact);
  }

  /**
   * How far the conditions of a rule match, and which of them fails first. `given`: values for some of its variables; only matches that agree with
   * them count. Undefined when there is no such rule. Conditions are matched anew for this, so it costs a pass over their facts.
   */
  whyNot(key: string, given: Readonly<Record<string, PlainValue>> = {}): WhyNot | undefined {
    const rule = this.rule(key);
    if (rule === undefined) return undefined;
    const facts = new Map<string, readonly Fact[]>();
    let waiting: ReadonlySet<string> | null = null;
    return whyNotOf(
      {
        rule,
        facts: (template) => {
          const known = facts.get(template) ?? [...this.facts(template)];
          facts.set(template, known);
          return known;
        },
        environment: this.parts.library.environment,
        isWaiting: (match) => (waiting ??= this.#waitingOf(rule)).has(idOf(match)),
      },
      given,
    );
  }

  /** What waits of one rule, named by its facts. */
  #waitingOf(rule: Rule): ReadonlySet<string> {
    this.settle();
    const tokens = this.parts.agenda
      .all()
      .filter((token) => this.parts.agenda.terminalOf(token).compiled.rule === rule);
    return new Set(
      tokens.map((token) =>
        idOf(activationView(this.parts.fabric.facts, token, this.parts.agenda.terminalOf(token)).facts),
      ),
    );
  }

  /** The matches that a fact hangs on, the youngest first; none: it stands by itself, or does not stand at all. */
  supportsOf(index: number): readonly (readonly (Fact | null)[])[] {
    const fact = this.parts.fabric.facts.at(index);
    return fact === NIL
      ? []
      : this.parts.fabric.supports.of(fact).map((token) => factsOfToken(this.parts.fabric, token));
  }

  /** How far a rule has got, branch by branch: what passes each pattern, and what matches the conditions up to each join. */
  matches(key: string): readonly BranchMatches[] {
    this.settle();
    return this.parts.constructs.terminals(key).map(matchesOf);
  }

  /** The network as the JavaScript that it runs as after a while. */
  networkSource(): string {
    return this.parts.network.source();
  }

  statistics(): Statistics {
    this.settle();
    this.parts.network.trim();
    return {
      facts: this.parts.fabric.facts.count,
      tokens: this.parts.fabric.heap.words[TOKENS] as number,
      entries: this.parts.fabric.entries,
      supports: this.parts.fabric.supports.count,
      atoms: this.parts.fabric.atoms.size,
      words: this.parts.fabric.heap.used,
      foreseen: this.parts.network.foreseen,
    };
  }

  #explaining(provenance: Provenance | null): Explaining {
    const { heap, facts, supports, nodes } = this.parts.fabric;
    return new Explaining({ heap, facts, supports, nodes }, provenance);
  }
}

/** Names a match by its facts alone: absences take no part. */
const idOf = (facts: readonly (Fact | null)[]): string =>
  facts.flatMap((fact) => fact?.index ?? []).join(' ');
