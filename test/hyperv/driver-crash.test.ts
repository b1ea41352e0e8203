import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Hypervisor } from '../../hyperv/hypervisor.ts';
import { CASES } from './driver-crash/cases.ts';
import { DriverCrash } from './driver-crash/crash.ts';
import { describeWithPowerShell } from './powershell.ts';

// The driver's process dies at a random moment of a verb, with or without the shells that it has at the hosts. Hyper-V goes
// on with what it was at. Another driver, which knows nothing of that, says the same wish: nothing is there twice then, nothing
// is lost, and nothing lies about. `npm run crash:driver -- --kills 20 --seed 7` is the long form.

const SEED = Number(process.env['SEED'] ?? 1);
const KILLS = 2;

/** Verbs that only look, and leave nothing behind. */
type Look =
  | 'hosts'
  | 'images'
  | 'sample'
  | 'listMachines'
  | 'listDisks'
  | 'findMachine'
  | 'findDisk'
  | 'listCheckpoints'
  | 'listImages'
  | 'listLeftovers';

/** All others: who adds a verb to the port is told here that it is not killed yet. */
const KILLED: Readonly<Record<Exclude<keyof Hypervisor, Look>, true>> = {
  createDifferencingDisk: true,
  deleteDisk: true,
  defineMachine: true,
  seedMachine: true,
  resizeMachine: true,
  removeMachine: true,
  startMachine: true,
  stopMachine: true,
  restartMachine: true,
  saveMachine: true,
  createCheckpoint: true,
  restoreCheckpoint: true,
  deleteCheckpoint: true,
  migrateMachine: true,
  cancelMigration: true,
  hashImage: true,
  copyImage: true,
  cleanLeftover: true,
  powerOff: true,
  powerOn: true,
};

describeWithPowerShell(`a driver that is killed (seed ${SEED})`, () => {
  let crash: DriverCrash;

  beforeAll(() => {
    crash = new DriverCrash(SEED);
  });
  afterAll(() => crash.close());

  test.each(CASES.map((each) => ({ ...each, where: each.inCluster === true ? ', in a cluster' : '' })))(
    '$verb of what was $before$where: $after',
    async (each) => {
      expect(await crash.run(each, KILLS)).toMatchObject({ wrongs: [], inside: KILLS });
    },
  );
});

test('no verb is left out', () => {
  expect([...new Set(CASES.map(({ verb }) => verb))].toSorted()).toEqual(Object.keys(KILLED).toSorted());
});
