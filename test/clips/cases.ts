import fc from 'fast-check';

import { runProgram } from '../../dsl/run-program.ts';
import { unreachable } from '../../engine/unreachable.ts';
import * as b from '../engine/build.ts';
import { clipsText, ruleText } from '../engine/clips-text.ts';
import { isComparable, mayComeTooLate } from '../engine/comparable.ts';
import { ruleDraw, ruleOf, templates, value, type RuleDraw } from '../engine/draw.ts';
import { runOfClips } from '../dsl/clips-binary.ts';

// Random programs: rules, and a sequence of commands, run by `clips` and by us with everything watched.

/** The strategies of CLIPS whose order is the same each time. */
const strategies = ['depth', 'breadth', 'simplicity', 'complexity', 'lex', 'mea'] as const;

type Command =
  | {
      readonly kind: 'assert';
      readonly of: string;
      readonly x: number;
      readonly y: number;
      readonly items: readonly number[];
    }
  | { readonly kind: 'retract' | 'modify'; readonly index: number; readonly to: number }
  | { readonly kind: 'define' | 'undefine' | 'refresh'; readonly rule: number }
  | { readonly kind: 'run'; readonly firings: number }
  | { readonly kind: 'strategy'; readonly name: (typeof strategies)[number] }
  | { readonly kind: 'reset' };

/** Rules by number, how many of them are there from the beginning, and what is done then. */
export interface Case {
  readonly rules: readonly RuleDraw[];
  readonly begin: number;
  readonly strategy: (typeof strategies)[number];
  readonly commands: readonly Command[];
}

const number = fc.nat({ max: 4 });
const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      kind: fc.constant('assert' as const),
      of: fc.constantFrom('a', 'a', 'b', 'm', 'o'),
      x: value,
      y: value,
      items: fc.array(value, { maxLength: 3 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('retract' as const, 'retract' as const, 'modify' as const),
      index: fc.integer({ min: 1, max: 14 }),
      to: value,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('define' as const, 'undefine' as const, 'refresh' as const),
      rule: number,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('run' as const), firings: fc.integer({ min: 1, max: 4 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('strategy' as const), name: fc.constantFrom(...strategies) }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'reset' as const }) },
);

export const aCase: fc.Arbitrary<Case> = fc
  .record({
    rules: fc.array(
      ruleDraw.filter((each) => isComparable(each)),
      { minLength: 1, maxLength: 5 },
    ),
    begin: fc.integer({ min: 0, max: 4 }),
    strategy: fc.constantFrom(...strategies),
    commands: fc.array(command, { maxLength: 16 }),
  })
  .filter(({ rules, commands }) => !mayComeTooLate(rules) || commands.every(({ kind }) => kind !== 'define'))
  .map((drawn) => Object.assign(drawn, { [fc.toStringMethod]: () => `\n${textOf(drawn)}\n` }));

/** The case as a program. Commands that name a rule or a fact which is not there are left out, or find nothing. */
export function textOf({ rules, begin, strategy, commands }: Case): string {
  const standing = new Set<number>([...rules.keys()].filter((at) => at < begin));
  const lines = [
    '(unwatch all)',
    '(clear)',
    `(set-strategy ${strategy})`,
    clipsText(b.base({ templates })),
    // An ordered fact has a template once somebody has named it.
    '(assert (o 9 9 9 9))',
    ...[...standing].map((at) => ruleText(ruleOf(rules[at] as RuleDraw, at))),
    '(reset)',
    '(watch facts)',
    '(watch activations)',
    '(watch rules)',
    ...commands.flatMap((each) => commandText(each, rules, standing)),
    '(agenda)',
    '(facts)',
    '(unwatch all)',
  ];
  return lines.join('\n');
}

function commandText(each: Command, rules: readonly RuleDraw[], standing: Set<number>): string[] {
  switch (each.kind) {
    case 'assert':
      if (each.of === 'o') return [`(assert (o ${each.items.join(' ')}))`];
      if (each.of === 'm') return [`(assert (m (k ${each.x}) (items ${each.items.join(' ')})))`];
      return [`(assert (${each.of} (x ${each.x}) (y ${each.y})))`];
    case 'retract':
      return [`(do-for-fact ((?f a b m o)) (= (fact-index ?f) ${each.index}) (retract ?f))`];
    case 'modify':
      return [`(do-for-fact ((?f a b)) (= (fact-index ?f) ${each.index}) (modify ?f (x ${each.to})))`];
    case 'run':
      return [`(run ${each.firings})`];
    case 'strategy':
      return [`(set-strategy ${each.name})`];
    case 'reset':
      return ['(reset)'];
    case 'define': {
      const draw = rules[each.rule];
      if (draw === undefined) return [];
      standing.add(each.rule);
      return [ruleText(ruleOf(draw, each.rule))];
    }
    case 'undefine':
      return standing.delete(each.rule) ? [`(undefrule r${each.rule})`] : [];
    case 'refresh':
      return standing.has(each.rule) ? [`(refresh r${each.rule})`] : [];
    default:
      return unreachable(each);
  }
}

/** What a case comes to: both outputs, or why it can't be compared. */
export type Outcome =
  | { readonly kind: 'compared'; readonly clips: string; readonly ours: string }
  | { readonly kind: 'refused' | 'crashed' };

const mark = '@@@@';

/** Runs many cases in one `clips`. A case that ends it is told as crashed, and the rest goes to another one. */
export function outcomesOf(cases: readonly Case[]): Outcome[] {
  const outcomes: Outcome[] = [];
  while (outcomes.length < cases.length) {
    const rest = cases.slice(outcomes.length);
    const text = rest.map((each) => `${textOf(each)}\n(printout t "${mark}" crlf)`).join('\n');
    const output = outputOfClips(`${text}\n(exit)\n`);
    const outputs = output.split(`${mark}\n`);
    const ended = outputs.slice(0, -1);
    for (const [at, clips] of ended.entries()) outcomes.push(outcome(clips, rest[at] as Case));
    if (ended.length < rest.length) outcomes.push({ kind: 'crashed' });
  }
  return outcomes;
}

function outputOfClips(text: string): string {
  return runOfClips({ text }).output;
}

function outcome(clips: string, each: Case): Outcome {
  // 6.30 refuses some rules that we take; what it says to a limit that was reached is no error.
  if (/\[[A-Z]+\d+\]/.test(clips)) return { kind: 'refused' };
  return { kind: 'compared', clips, ours: oursOf(each) };
}

function oursOf(each: Case): string {
  try {
    return runProgram(`${textOf(each)}\n(exit)\n`);
  } catch (error) {
    return String((error as Error).stack);
  }
}

/** The first case whose outputs differ is made as small as it gets, and thrown with its seed. */
export function compareCases(
  seed: number,
  count: number,
): { compared: number; refused: number; crashed: number } {
  const cases = fc.sample(aCase, { seed, numRuns: count });
  const outcomes = outcomesOf(cases);
  const at = outcomes.findIndex((each) => each.kind === 'compared' && each.clips !== each.ours);
  if (at >= 0) {
    fc.assert(
      fc.property(aCase, (each) => {
        const [result] = outcomesOf([each]);
        if (result?.kind === 'compared' && result.clips !== result.ours)
          throw new Error(`clips writes\n${result.clips}\nand we write\n${result.ours}`);
      }),
      { seed, path: String(at), numRuns: count },
    );
    throw new Error(`case ${at} of seed ${seed} differs among others, and agrees alone`);
  }
  const counted = (kind: Outcome['kind']): number => outcomes.filter((each) => each.kind === kind).length;
  return { compared: counted('compared'), refused: counted('refused'), crashed: counted('crashed') };
}
