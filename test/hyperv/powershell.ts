import { describe } from '@jest/globals';
import { environment } from './module/build.ts';
import { withoutPwsh } from './pwsh.ts';

if (environment === undefined) withoutPwsh();

/** For suites that need PowerShell and the simulated Hyper-V: skipped with a loud line where they cannot be, never on CI. */
export const describeWithPowerShell = environment === undefined ? describe.skip : describe;
