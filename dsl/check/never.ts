import type { ConditionNode, RuleNode } from '../ast.ts';
import { warning, type Diagnostic } from '../diagnostic.ts';
import type { Names } from '../names.ts';
import { listed } from '../suggest.ts';
import { Possible, waysOf, type Impossible, type Remark } from './possible.ts';
import { shown, type SlotRule } from './slot-rule.ts';
import { Worlds } from './worlds.ts';

/** DSL3002: conditions that nothing satisfies, by what they ask, by what their slots take, and by one another. */
export function neverMatching(rule: RuleNode, names: Names): readonly Diagnostic[] {
  const ways = waysOf(rule.conditions);
  if (ways === null) return [];
  const remarks: Remark[] = [];
  const found = ways.flatMap((way) => new Possible(names, new Worlds(), new Map(), remarks).read(way) ?? []);
  // One way that is possible is enough; what is impossible by itself, within its own `or`, is told all the same.
  const isNever = found.length === ways.length;
  const consequence = isNever ? 'the rule never matches' : 'this way the rule never matches';
  const told = [
    ...found.filter((each) => isNever || isAlone(each, rule, names)).map((each) => toldOf(each, consequence)),
    ...remarks.map((each) =>
      toldOf(each, each.group === 'not' ? 'the `not` always holds' : 'the `forall` says nothing'),
    ),
  ];
  return [...new Map(told.map((each) => [`${each.span.line}:${each.span.column}`, each])).values()];
}

/** Whether a condition is impossible whatever stands around it. */
function isAlone({ span }: Impossible, { conditions }: RuleNode, names: Names): boolean {
  const condition = flat(conditions).find((each) => isInside(span, each.span));
  return condition !== undefined && new Possible(names, new Worlds()).read([condition]) !== null;
}

function flat(conditions: readonly ConditionNode[]): readonly ConditionNode[] {
  return conditions.flatMap((each) =>
    each.kind === 'or' || each.kind === 'and' || each.kind === 'logical' ? flat(each.of) : [each],
  );
}

function isInside(inner: Impossible['span'], outer: Impossible['span']): boolean {
  const isBehind = inner.line > outer.line || (inner.line === outer.line && inner.column >= outer.column);
  const isBefore =
    inner.endLine < outer.endLine || (inner.endLine === outer.endLine && inner.endColumn <= outer.endColumn);
  return isBehind && isBefore;
}

function toldOf({ span, slot }: Impossible, consequence: string): Diagnostic {
  const what = slot === null ? 'this is never so' : `no value of slot \`${slot.slot.name}\` is all of this`;
  return warning('DSL3002', span, `${what}: ${consequence}`, { help: slotHelp(slot) });
}

function slotHelp(rule: SlotRule | null): string {
  const otherwise = 'look at what the conditions before it and around it ask of the same value';
  if (rule === null) return otherwise;
  const { name, allowed, range, types } = rule.slot;
  if (allowed !== null) return `slot \`${name}\` takes ${listed(allowed.map(shown))}`;
  if (range !== null)
    return `slot \`${name}\` goes from ${range[0] ?? 'any number'} to ${range[1] ?? 'any number'}`;
  return types === null ? '`&` asks for all of them, `|` for one of them' : otherwise;
}
