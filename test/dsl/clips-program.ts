import { describe } from '@jest/globals';
import { isInstalled } from './clips-binary.ts';

export { runOfClips, runOfOurs, type Program, type Run } from './clips-binary.ts';

const isContinuous = process.env['CI'] !== undefined;
if (!isInstalled && !isContinuous) console.warn('clips is not installed: nothing is compared with it');

/** `describe` where `clips` is installed; skipped elsewhere, but never in continuous integration. */
export const describeWithClips = isInstalled || isContinuous ? describe : describe.skip;
