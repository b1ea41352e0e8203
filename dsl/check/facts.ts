import type { CallNode, ExpressionNode, FactNode, Name } from '../ast.ts';
import { error, type Diagnostic } from '../diagnostic.ts';
import type { KnownTemplate, Names } from '../names.ts';
import { didYouMean, listed } from '../suggest.ts';
import type { Context } from './context.ts';
import { inWords, misfit, type SlotRule } from './slot-rule.ts';

/** Words that make no call, and are read as slots where a fact is written. */
const controlWords: ReadonlySet<string> = new Set([
  'if',
  'while',
  'loop-for-count',
  'foreach',
  'progn$',
  'switch',
  'bind',
  'assert',
]);

/** Checks a fact that is to be made, by `assert` or in a deffacts. */
export function checkFact(fact: FactNode, context: Context): void {
  const { names, report } = context;
  const known = names.templates.get(fact.name.text);
  if (known === undefined) {
    const control = fact.items.find((item) => item.kind === 'call' && controlWords.has(item.name.text));
    if (control !== undefined) {
      report(
        error(
          'DSL2023',
          control.span,
          `\`${control.kind === 'call' ? control.name.text : ''}\` cannot stand in a fact`,
          {
            help: 'bind its value to a variable first',
          },
        ),
      );
      return;
    }
    const isMeantAsSlots = fact.items.some(
      (item) => item.kind === 'call' && !names.functions.has(item.name.text),
    );
    if (isMeantAsSlots) {
      report(unknownTemplate(fact.name, names));
      for (const item of fact.items) checkUnknown(item, context);
    } else for (const item of fact.items) context.valueOf(item, context);
    return;
  }
  const slots: CallNode[] = [];
  for (const item of fact.items) {
    if (item.kind === 'call') slots.push(item);
    else report(bareField(item.span, known));
  }
  checkSlots(slots, known, context);
  if (known.broken) return;
  const given = new Set(slots.map((slot) => slot.name.text));
  const missing = known.template.slots.filter(
    (slot) => slot.default.kind === 'none' && !given.has(slot.name),
  );
  if (missing.length > 0) {
    report(
      error(
        'DSL2009',
        fact.name.span,
        `a \`${fact.name.text}\` needs ${listed(missing.map((slot) => slot.name))}`,
        {
          help: `slots with \`(default ?NONE)\` have to be given: \`(${fact.name.text} (${missing[0]?.name ?? ''} …))\``,
          related: [{ span: known.span, message: `\`${fact.name.text}\` is declared here` }],
        },
      ),
    );
  }
}

/** Checks slots with their values, against a template when it is known which one. */
export function checkSlots(slots: readonly CallNode[], known: KnownTemplate | null, context: Context): void {
  const seen = new Set<string>();
  for (const slot of slots) {
    const name = slot.name.text;
    if (seen.has(name)) context.report(slotTwice(slot.name));
    seen.add(name);
    const rule = known?.rules.get(name);
    if (known !== null && rule === undefined && !known.broken) context.report(unknownSlot(slot.name, known));
    checkValues(slot, rule, context);
  }
}

function checkValues(slot: CallNode, rule: SlotRule | undefined, context: Context): void {
  const { report } = context;
  const types = slot.arguments.map((value) => context.valueOf(value, context));
  if (rule === undefined) return;
  const isMultifield = types.includes('multifield');
  if (!rule.slot.multi && (slot.arguments.length !== 1 || isMultifield)) {
    report(singleSlot(slot.name, slot.arguments.length, isMultifield));
    return;
  }
  for (const [index, value] of slot.arguments.entries()) {
    const type = types[index];
    if (value.kind === 'literal') {
      const wrong = misfit(value, rule);
      if (wrong !== null) report(wrong);
    } else if (rule.slot.types !== null && type !== undefined && typeof type !== 'string') {
      const wanted = rule.slot.types;
      if (type.some((one) => wanted.includes(one))) continue;
      report(
        error(
          'DSL2010',
          value.span,
          `slot \`${slot.name.text}\` takes ${inWords(wanted)}, this is ${inWords(type)}`,
        ),
      );
    }
  }
}

/** Items of a fact whose template is not known: what stands in their slots can be checked all the same. */
function checkUnknown(item: ExpressionNode, context: Context): void {
  if (item.kind === 'call' && !context.names.functions.has(item.name.text)) {
    for (const value of item.arguments) context.valueOf(value, context);
  } else context.valueOf(item, context);
}

/** DSL2001: a pattern or fact of a template that nobody declares. */
export function unknownTemplate(name: Name, names: Names): Diagnostic {
  return error('DSL2001', name.span, `there is no template \`${name.text}\``, {
    help:
      didYouMean(name.text, names.templates.keys()) ??
      (names.templates.size === 0
        ? `declare it: \`(deftemplate ${name.text} (slot …))\``
        : `templates are ${listed(names.templates.keys())}`),
  });
}

/** DSL2003: a slot that the template does not declare. */
export function unknownSlot(slot: Name, { template, rules, span }: KnownTemplate): Diagnostic {
  return error('DSL2003', slot.span, `template \`${template.name}\` has no slot \`${slot.text}\``, {
    help:
      didYouMean(slot.text, rules.keys()) ??
      (rules.size === 0 ? 'it has no slots' : `its slots are ${listed(rules.keys(), 16)}`),
    related: [{ span, message: `\`${template.name}\` is declared here` }],
  });
}

/** DSL2007: a slot that is named twice in one fact or pattern. */
export function slotTwice(slot: Name): Diagnostic {
  return error('DSL2007', slot.span, `slot \`${slot.text}\` is named twice`, {
    help: 'constraints on one field are joined by `&`',
  });
}

/** DSL2008: a single slot that is not given exactly one value. */
export function singleSlot(slot: Name, count: number, isMultifield: boolean): Diagnostic {
  const given = isMultifield ? 'a multifield' : count === 0 ? 'none' : `${count}`;
  return error('DSL2008', slot.span, `slot \`${slot.text}\` takes one value, it is given ${given}`, {
    help: isMultifield
      ? 'declare it as `multislot`, or pick one field with `nth$`'
      : count === 0
        ? 'leave the slot out, or give a value'
        : 'declare it as `multislot`, or join constraints by `&` or `|`',
  });
}

/** DSL2021: fields without a slot, of a template that has slots. */
export function bareField(span: Diagnostic['span'], { template }: KnownTemplate): Diagnostic {
  const [first] = template.slots;
  return error('DSL2021', span, `a field of \`${template.name}\` stands in no slot`, {
    help: `name its slot: \`(${template.name} (${first?.name ?? 'slot'} …))\``,
  });
}
