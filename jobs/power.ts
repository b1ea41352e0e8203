import type { JobOf, Step } from './step.ts';
import { awaitAddress } from './steps/await-address.ts';
import { awaitHost } from './steps/await-host.ts';
import { powerOffHost } from './steps/power-off-host.ts';
import { powerOnHost } from './steps/power-on-host.ts';
import { restartMachine } from './steps/restart-machine.ts';
import { startMachine } from './steps/start-machine.ts';
import { stopMachine } from './steps/stop-machine.ts';

// Machines and hosts are switched on and off.

export const start: readonly Step<JobOf<'start'>>[] = [startMachine, awaitAddress];
export const stop: readonly Step<JobOf<'stop'>>[] = [stopMachine];
export const restart: readonly Step<JobOf<'restart'>>[] = [restartMachine, awaitAddress];
export const powerOn: readonly Step<JobOf<'power-on'>>[] = [powerOnHost, awaitHost];
export const powerOff: readonly Step<JobOf<'power-off'>>[] = [powerOffHost];
