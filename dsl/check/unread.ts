import { builtins } from '../../engine/functions/index.ts';
import type { ConditionNode, ExpressionNode, PatternNode } from '../ast.ts';
import { warning, type Diagnostic } from '../diagnostic.ts';
import type { Definitions, Names } from '../names.ts';
import { walk } from '../walk.ts';

/**
 * DSL3004: slots that are filled and never looked at, of templates whose facts rules do match. What nothing matches at all may be meant for whoever
 * stands outside; so may everything that a file of the host declares.
 */
export function unreadSlots(
  { templates, rules, functions }: Definitions,
  names: Names,
  hostFiles: ReadonlySet<string>,
): readonly Diagnostic[] {
  const reading = new Reading(names);
  for (const rule of rules) reading.rule(rule.conditions, rule.actions);
  for (const node of functions) reading.expressions(node.body, new Map());
  if (reading.readsAny) return [];
  return templates
    .filter(
      ({ name, span, broken }) => !broken && !hostFiles.has(span.file) && reading.matched.has(name.text),
    )
    .flatMap(({ name, slots }) =>
      slots
        .filter((slot) => !reading.has(name.text, slot.name.text))
        .map((slot) =>
          warning('DSL3004', slot.name.span, `nothing reads slot \`${slot.name.text}\` of \`${name.text}\``, {
            help: 'a rule has to name it in a condition; otherwise leave it out',
          }),
        ),
    );
}

class Reading {
  readonly #names: Names;
  /** Templates that conditions name. */
  readonly matched = new Set<string>();
  readonly #slots = new Set<string>();
  /** A slot is read whose name is computed. */
  readsAny = false;

  constructor(names: Names) {
    this.#names = names;
  }

  has(template: string, slot: string): boolean {
    return (
      this.#slots.has(`${template} ${slot}`) ||
      this.#slots.has(`* ${slot}`) ||
      this.#slots.has(`${template} *`)
    );
  }

  rule(conditions: readonly ConditionNode[], actions: readonly ExpressionNode[]): void {
    const addresses = new Map<string, string>();
    for (const condition of conditions) this.#condition(condition, addresses);
    this.expressions(actions, addresses);
  }

  /** `addresses`: variables that hold the address of a fact, and its template. */
  expressions(nodes: readonly ExpressionNode[], addresses: ReadonlyMap<string, string>): void {
    for (const node of walk(nodes)) {
      // `?f:slot` of a fact query.
      if (node.kind === 'variable' && node.name.includes(':'))
        this.#slots.add(`* ${node.name.slice(node.name.indexOf(':') + 1)}`);
      if (node.kind !== 'call') continue;
      const { text } = node.name;
      if (text === 'fact-slot-value') this.#slotValue(node.arguments[1]);
      else if (text === 'fact-slot-names') this.readsAny = true;
      else if (!builtins.has(text) && this.#names.functions.get(text)?.span === null) {
        // A function of the host that is given a fact may look at all of it.
        for (const argument of node.arguments) {
          const template = argument.kind === 'variable' ? addresses.get(argument.name) : undefined;
          if (template !== undefined) this.#slots.add(`${template} *`);
        }
      }
    }
  }

  #slotValue(slot: ExpressionNode | undefined): void {
    if (slot?.kind === 'literal') this.#slots.add(`* ${slot.text}`);
    else this.readsAny = true;
  }

  #condition(condition: ConditionNode, addresses: Map<string, string>): void {
    if (condition.kind === 'pattern') this.#pattern(condition, addresses);
    else if (condition.kind === 'best') {
      this.#pattern(condition.pattern, addresses);
      this.expressions(
        condition.criteria.map(({ by }) => by),
        addresses,
      );
    } else if (condition.kind === 'test') this.expressions([condition.expression], addresses);
    else for (const each of condition.of) this.#condition(each, addresses);
  }

  #pattern({ name, address, items }: PatternNode, addresses: Map<string, string>): void {
    if (!this.#names.templates.has(name.text)) return;
    this.matched.add(name.text);
    if (address !== null) addresses.set(address.text, name.text);
    for (const item of items) {
      if (item.kind === 'slot') this.#slots.add(`${name.text} ${item.name.text}`);
      const fields = item.kind === 'slot' ? item.fields : [item];
      for (const term of fields.flatMap((field) => field.alternatives.flat()))
        if (term.kind === 'predicate' || term.kind === 'equal')
          this.expressions([term.expression], addresses);
    }
  }
}
