import { breaks } from './breaks.ts';
import type { Command } from './command.ts';
import { constructs } from './constructs.ts';
import { evaluating } from './evaluating.ts';
import { files } from './files.ts';
import { loading } from './loading.ts';
import { matching } from './matches.ts';
import { modules } from './modules.ts';
import { running } from './running.ts';
import { settings } from './settings.ts';
import { system } from './system.ts';
import { watching } from './watching.ts';
import { workingMemory } from './working-memory.ts';

/** Every command of the prompt, by family. They are functions: a right-hand side may call them too. */
export const commands: readonly Command[] = [
  ...running,
  ...constructs,
  ...modules,
  ...settings,
  ...matching,
  ...workingMemory,
  ...breaks,
  ...watching,
  ...evaluating,
  ...loading,
  ...files,
  ...system,
];
