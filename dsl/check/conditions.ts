import type { ConditionNode, ConstraintNode, PatternNode, SlotPatternNode, TermNode } from '../ast.ts';
import { error, warning, type Span } from '../diagnostic.ts';
import { closest } from '../suggest.ts';
import type { Context } from './context.ts';
import { checkValue } from './expressions.ts';
import { bareField, singleSlot, slotTwice, unknownSlot, unknownTemplate } from './facts.ts';
import { inWords, misfit, same, type SlotRule } from './slot-rule.ts';

/** Checks the conditions of a rule in their order, and binds their variables in the context's scope. */
export function checkConditions(conditions: readonly ConditionNode[], context: Context): void {
  const [, ...others] = conditions;
  const isLed = conditions[0]?.kind === 'logical';
  const late = others.find((condition) => condition.kind === 'logical');
  if (late !== undefined && !(isLed && areLeading(conditions))) {
    context.report(
      error('DSL2023', late.span, '`logical` stands behind another condition', {
        help: 'facts that support others come first: move it to the front',
      }),
    );
  }
  for (const condition of conditions) checkCondition(condition, context);
}

/** All logical groups stand together at the front. */
function areLeading(conditions: readonly ConditionNode[]): boolean {
  const firstPlain = conditions.findIndex((condition) => condition.kind !== 'logical');
  return firstPlain < 0 || !conditions.slice(firstPlain).some((condition) => condition.kind === 'logical');
}

function checkCondition(condition: ConditionNode, context: Context): void {
  const { scope } = context;
  switch (condition.kind) {
    case 'pattern':
      checkPattern(condition, context);
      return;
    case 'test': {
      checkValue(condition.expression, context);
      return;
    }
    case 'best':
      checkPattern(condition.pattern, context);
      for (const { by } of condition.criteria) checkCriterion(checkValue(by, context), by.span, context);
      return;
    case 'and':
    case 'logical':
      for (const one of condition.of) checkCondition(one, context);
      return;
    case 'or': {
      const branches = condition.of.map((one) => {
        const branch = scope.inner();
        checkCondition(one, { ...context, scope: branch });
        return branch;
      });
      scope.merge(branches);
      return;
    }
    case 'not':
    case 'exists':
    case 'forall': {
      const inner = scope.inner();
      for (const one of condition.of) checkCondition(one, { ...context, scope: inner });
      scope.leave(inner, condition.kind);
      return;
    }
  }
}

/** What is to be greatest or least has to be a number. */
function checkCriterion(types: ReturnType<typeof checkValue>, span: Span, { report, names }: Context): void {
  if (
    types === 'any' ||
    names.dialect === 'clips' ||
    (typeof types !== 'string' && types.some((type) => type === 'INTEGER' || type === 'FLOAT'))
  )
    return;
  report(
    error(
      'DSL2013',
      span,
      `a criterion is a number, this is ${typeof types === 'string' ? 'a multifield' : inWords(types)}`,
      {
        help: 'the best fact is the one with the greatest or least number',
      },
    ),
  );
}

function checkPattern(pattern: PatternNode, context: Context): void {
  const { names, report, scope } = context;
  if (pattern.address !== null) {
    const { text: name, span } = pattern.address;
    const earlier = scope.get(name);
    if (earlier !== undefined) {
      report(
        error('DSL2022', span, `\`?${name}\` is bound already, it cannot take the fact's address`, {
          help: 'choose another name',
          related: [{ span: earlier.span, message: `\`?${name}\` is bound here` }],
        }),
      );
    }
    scope.use(name, false, span);
    const isMeantAsSlots = pattern.items.some((item) => item.kind === 'slot');
    const template = names.templates.get(pattern.name.text) ?? (isMeantAsSlots ? undefined : 'ordered');
    scope.bind({
      name,
      span,
      types: ['FACT-ADDRESS'],
      multi: false,
      ...(template === undefined ? {} : { template }),
    });
  }
  const known = names.templates.get(pattern.name.text);
  const slots = pattern.items.filter((item) => item.kind === 'slot');
  const fields = pattern.items.filter((item) => item.kind === 'constraint');
  if (known === undefined) {
    if (slots.length > 0) report(unknownTemplate(pattern.name, names));
    else checkOrdered(pattern, context);
    for (const slot of slots) for (const field of slot.fields) checkConstraint(field, null, context);
    for (const field of fields) checkConstraint(field, null, context);
    return;
  }
  for (const field of fields) {
    report(bareField(field.span, known));
    checkConstraint(field, null, { ...context, broken: true });
  }
  const seen = new Set<string>();
  for (const slot of slots) {
    if (seen.has(slot.name.text)) report(slotTwice(slot.name));
    seen.add(slot.name.text);
    const rule = known.rules.get(slot.name.text);
    if (rule === undefined && !known.broken) report(unknownSlot(slot.name, known));
    checkSlot(slot, rule ?? null, context);
  }
}

/** DSL3003: nobody makes such a fact, and its name is nearly another one's. */
function checkOrdered({ name }: PatternNode, { names, report }: Context): void {
  if (names.ordered.has(name.text)) return;
  const near = closest(name.text, [...names.ordered, ...names.templates.keys()]);
  report(
    warning('DSL3003', name.span, `nothing asserts a fact \`${name.text}\``, {
      help: names.functions.has(name.text)
        ? `\`${name.text}\` is a function: \`(test (${name.text} …))\``
        : near === null
          ? 'it matches facts from outside only'
          : `did you mean \`${near}\`?`,
    }),
  );
}

function checkSlot(slot: SlotPatternNode, rule: SlotRule | null, context: Context): void {
  if (rule !== null && !rule.slot.multi) {
    const multi = slot.fields.find((field) => field.multi);
    if (multi !== undefined || slot.fields.length !== 1) {
      context.report(singleSlot(slot.name, slot.fields.length, multi !== undefined));
    }
  }
  for (const field of slot.fields) checkConstraint(field, rule, context);
}

function checkConstraint(field: ConstraintNode, rule: SlotRule | null, context: Context): void {
  const isCertain = field.alternatives.length === 1 || areLedByOne(field.alternatives);
  // As in CLIPS, a variable binds at the front of its field, and tests behind it.
  for (const terms of field.alternatives) {
    for (const [index, term] of terms.entries()) checkTerm(term, rule, isCertain && index === 0, context);
  }
  if (field.alternatives.length > 0 && field.alternatives.every(areContradictory)) {
    context.report(
      warning('DSL3002', field.span, 'no value is all of this: the rule never matches', {
        help: '`&` asks for all of them, `|` for one of them',
      }),
    );
  }
}

/** `?x&red|blue` was spread over the alternatives: each begins with the same variable. */
function areLedByOne(alternatives: ConstraintNode['alternatives']): boolean {
  const leader = alternatives[0]?.[0];
  return leader?.kind === 'variable' && alternatives.every(([first]) => first === leader);
}

function checkTerm(term: TermNode, rule: SlotRule | null, isFront: boolean, context: Context): void {
  const { report } = context;
  switch (term.kind) {
    case 'literal': {
      const wrong = rule === null ? null : misfit(term.literal, rule);
      if (wrong !== null) report(wrong);
      return;
    }
    case 'variable':
      checkVariable(term, rule, isFront, context);
      return;
    case 'global':
      report(
        error('DSL2025', term.span, `the global \`?*${term.name}*\` cannot stand alone in a pattern`, {
          help: `compare with it: \`?x&:(= ?x ?*${term.name}*)\``,
        }),
      );
      return;
    case 'predicate':
      checkValue(term.expression, context);
      return;
    case 'equal': {
      const types = checkValue(term.expression, context);
      const wanted = rule?.slot.types ?? null;
      if (wanted === null || typeof types === 'string' || types.some((type) => wanted.includes(type))) return;
      report(
        error(
          'DSL2010',
          term.span,
          `slot \`${rule?.slot.name}\` takes ${inWords(wanted)}, this is ${inWords(types)}`,
          {
            help: 'a value equals only a value of its own type',
          },
        ),
      );
      return;
    }
  }
}

/** Binds a variable that is met first; DSL2018 for one that can never be equal to what it is compared with. */
function checkVariable(
  term: Extract<TermNode, { kind: 'variable' }>,
  rule: SlotRule | null,
  isFront: boolean,
  { scope, report, broken }: Context,
): void {
  const { name, multi, span, negated } = term;
  const bound = scope.get(name);
  // The leader of `?x&red|blue` stands in each alternative, and once in the text.
  if (bound?.span !== span) scope.use(name, multi, span);
  const types = rule?.slot.types ?? null;
  if (bound === undefined) {
    if (!negated && isFront) scope.bind({ name, span, types: multi ? null : types, multi });
    else {
      const help = isFront ? null : `a variable binds at the front of its field: \`?${name}&red|green\``;
      if (!broken) report(scope.unbound(name, multi, span, help));
      scope.assume(name, span);
    }
    return;
  }
  if (negated || bound.types === null || types === null || multi || bound.multi) return;
  const both = bound.types.filter((type) => types.includes(type));
  if (both.length > 0) {
    scope.bind({ ...bound, types: both });
    return;
  }
  report(
    error(
      'DSL2018',
      span,
      `\`?${name}\` is ${inWords(bound.types)}, slot \`${rule?.slot.name}\` takes ${inWords(types)}`,
      {
        help: 'they are never equal: use two variables',
        related: [{ span: bound.span, message: `\`?${name}\` is bound here` }],
      },
    ),
  );
}

/** DSL3002: two values that exclude each other. */
function areContradictory(terms: readonly TermNode[]): boolean {
  const literals = terms.filter((term) => term.kind === 'literal');
  return literals.some((one, index) =>
    literals.slice(index + 1).some((other) => {
      const areSame = same(one.literal.value, other.literal.value);
      return one.negated === other.negated ? !one.negated && !areSame : areSame;
    }),
  );
}
