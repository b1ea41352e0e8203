import { keyOf } from '../../engine/rule.ts';
import { NOTHING } from '../../engine/value.ts';
import { command, nameOf, type Command, type Console } from './command.ts';
import { byModule, moduleArgument } from './modules.ts';
import { activationLine, totalLine } from './texts.ts';

const NAME = [['SYMBOL'] as const];

/** What starts, ends and shows a run. */
export const running: readonly Command[] = [
  command('reset', [0, 0], [], 'nothing', 'takes all facts away and asserts the deffacts', (_, console) => {
    console.session.reset();
    return NOTHING;
  }),
  command('clear', [0, 0], [], 'nothing', 'forgets all constructs and facts', (_, console) => {
    if (console.workspace.clear()) {
      console.watches.clear();
      console.breaks.clear();
    } else console.routers.print('[CONSTRCT1] Some constructs are still in use. Clear cannot continue.\n');
    return NOTHING;
  }),
  command(
    'run',
    [0, 1],
    [['INTEGER']],
    'nothing',
    'fires until nothing is left to fire, or as often as it is told',
    ([limit], console) => {
      run(limit === undefined || Number(limit) < 0 ? Infinity : Number(limit), console);
      return NOTHING;
    },
  ),
  command('agenda', [0, 1], NAME, 'nothing', 'lists what waits to fire', ([module], console) => {
    const count = byModule(moduleArgument('agenda', module, console), console, (name) =>
      console.session.agenda(name).map(activationLine),
    );
    if (count > 0) console.routers.print(totalLine(count, 'activation'));
    return NOTHING;
  }),
  command(
    'refresh',
    [1, 1],
    NAME,
    'nothing',
    'puts what a rule has fired for back on the agenda',
    ([name], console) => {
      const found = console.workspace.find('defrule', nameOf(name));
      if (found === null) console.routers.print(`[PRNTUTIL1] Unable to find defrule ${nameOf(name)}.\n`);
      else console.session.refresh(keyOf(found));
      return NOTHING;
    },
  ),
  command(
    'refresh-agenda',
    [0, 1],
    NAME,
    'nothing',
    'evaluates the saliences of what waits',
    ([module], console) => {
      const name = moduleArgument('refresh-agenda', module, console);
      console.session.refreshAgenda(name === '*' ? undefined : (name ?? console.session.currentModule));
      return NOTHING;
    },
  ),
  command('exit', [0, 1], [['INTEGER']], 'nothing', 'ends the program', ([status], console) =>
    console.exit(status === undefined ? 0 : Number(status)),
  ),
];

function run(firingsMax: number, { session, watches, routers, isLeaving, breaks }: Console): void {
  watches.beginRun();
  const { fired, halted, problems } = session.run({
    firingsMax,
    stepsMax: Infinity,
    haltsOnProblem: true,
    breaksAt: (rule) => {
      if (!breaks.has(keyOf(rule))) return false;
      routers.print(`Breaking on rule ${rule.name}.\n`);
      return true;
    },
  });
  const rule = halted && problems.length === 0 && !isLeaving() ? watches.watchedRule : null;
  if (rule !== null)
    routers.print(`[PRCCODE4] Execution halted during the actions of defrule ${rule.name}.\n`);
  // As in CLIPS, which counts the limit down and compares it with the firings: told after half of the limit, or of none.
  if (firingsMax - fired === fired) routers.print('rule firing limit reached\n');
  watches.endRun();
}
