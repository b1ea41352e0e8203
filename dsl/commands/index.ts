import type { Command } from './command.ts';
import { running } from './running.ts';
import { watching } from './watching.ts';
import { workingMemory } from './working-memory.ts';

/** Every command of the prompt, by family. They are functions: a right-hand side may call them too. */
export const commands: readonly Command[] = [...running, ...workingMemory, ...watching];
