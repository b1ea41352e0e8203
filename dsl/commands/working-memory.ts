import { NOTHING } from '../../engine/value.ts';
import { command, type Command } from './command.ts';
import { factLine, totalLine } from './texts.ts';

/** What shows and changes the facts. */
export const workingMemory: readonly Command[] = [
  command(
    'facts',
    [0, 4],
    [['INTEGER', 'SYMBOL']],
    'nothing',
    'lists facts: from one index, to another, so many of them',
    (_, console) => {
      const facts = [...console.session.facts()];
      for (const fact of facts) console.routers.print(`${factLine(fact)}\n`);
      if (facts.length > 0) console.routers.print(totalLine(facts.length, 'fact'));
      return NOTHING;
    },
  ),
];
