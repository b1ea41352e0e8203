import { keyOf } from '../../engine/rule.ts';
import { NOTHING, type Value } from '../../engine/value.ts';
import { command, nameOf, type Command, type Console } from './command.ts';
import { byModule, moduleArgument } from './modules.ts';

const NAME = [['SYMBOL'] as const];

/** Rules before which a run ends, so that somebody can look at what stands. */
export const breaks: readonly Command[] = [
  command(
    'set-break',
    [1, 1],
    NAME,
    'nothing',
    'ends a run before a rule fires, unless it would be the first',
    ([name], console) => {
      const key = ruleKey(name, console);
      if (key !== null) console.breaks.add(key);
      return NOTHING;
    },
  ),
  command(
    'remove-break',
    [0, 1],
    NAME,
    'nothing',
    'takes that back, for a rule or for all of the module',
    ([name], console) => {
      if (name === undefined) {
        // As in CLIPS, of the current module.
        for (const rule of console.session.rules(console.session.currentModule))
          console.breaks.delete(keyOf(rule));
        return NOTHING;
      }
      const key = ruleKey(name, console);
      if (key !== null && !console.breaks.delete(key))
        console.routers.print(`Rule ${nameOf(name)} does not have a breakpoint set.\n`);
      return NOTHING;
    },
  ),
  command('show-breaks', [0, 1], NAME, 'nothing', 'lists those rules', ([module], console) => {
    byModule(moduleArgument('show-breaks', module, console), console, (name) =>
      console.session
        .rules(name)
        .filter((rule) => console.breaks.has(keyOf(rule)))
        .map((rule) => rule.name),
    );
    return NOTHING;
  }),
];

/** The key of the rule that a name means; null when there is none, which is told. */
function ruleKey(name: Value | undefined, { workspace, routers }: Console): string | null {
  const found = workspace.find('defrule', nameOf(name));
  if (found !== null) return keyOf(found);
  routers.print(`[PRNTUTIL1] Unable to find defrule ${nameOf(name)}.\n`);
  return null;
}
