import { NOTHING } from '../../engine/value.ts';
import { command, type Command } from './command.ts';
import { activationLine, totalLine } from './texts.ts';

/** What starts, ends and shows a run. */
export const running: readonly Command[] = [
  command('reset', [0, 0], [], 'nothing', 'takes all facts away and asserts the deffacts', (_, console) => {
    console.session.reset();
    return NOTHING;
  }),
  command('clear', [0, 0], [], 'nothing', 'forgets all constructs and facts', (_, console) => {
    console.clear();
    return NOTHING;
  }),
  command(
    'run',
    [0, 1],
    [['INTEGER']],
    'nothing',
    'fires until nothing is left to fire, or as often as it is told',
    ([limit], console) => {
      const firingsMax = limit === undefined || Number(limit) < 0 ? Infinity : Number(limit);
      console.watches.beginRun();
      const { fired, problems } = console.session.run({
        firingsMax,
        stepsMax: Infinity,
        haltsOnProblem: true,
      });
      for (const { message, rule } of problems) {
        console.routers.print(
          `${message}\n[PRCCODE4] Execution halted during the actions of defrule ${rule}.\n`,
        );
      }
      // As in CLIPS, which counts the limit down and compares it with the firings: told after half of the limit, or of none.
      if (firingsMax - fired === fired) console.routers.print('rule firing limit reached\n');
      return NOTHING;
    },
  ),
  command('agenda', [0, 1], [['SYMBOL']], 'nothing', 'what waits to fire', (_, console) => {
    const waiting = console.session.agenda();
    const lines = waiting.map((activation) => `${activationLine(activation)}\n`).join('');
    console.routers.print(lines + (waiting.length > 0 ? totalLine(waiting.length, 'activation') : ''));
    return NOTHING;
  }),
  command('exit', [0, 1], [['INTEGER']], 'nothing', 'ends the program', ([status], console) => {
    console.exit(status === undefined ? 0 : Number(status));
    return NOTHING;
  }),
];
