import type { HostName, MachineId } from '../../../policies/model.ts';
import { SimulatedSite, type SimulatedCluster, type SimulatedHost } from '../module/site.ts';
import { simulatedDriver } from '../simulated-driver.ts';

// The process that is killed: a driver of its own, which opens its shells, says so, and then does what it is told once.

/** What the child is told: where the hosts are, and which verb with which arguments. */
export interface Order {
  readonly folder: string;
  readonly hosts: readonly SimulatedHost[];
  readonly clusters: readonly SimulatedCluster[];
  readonly verb: string;
  readonly args: readonly unknown[];
}

if (process.send !== undefined) {
  process.once('message', (order: Order) => void obey(order));
  process.send('here');
}

async function obey({ folder, hosts, clusters, verb, args }: Order): Promise<void> {
  const site = new SimulatedSite(hosts, { folder, clusters });
  const hypervisor = simulatedDriver(site);
  // Nothing to do there: it opens the shell that the verb will take.
  for (const { name } of hosts)
    if (args.includes(name) && site.isReached(name))
      await hypervisor.removeMachine(name as HostName, 'm-99' as MachineId);
  process.send?.('ready');
  process.once('message', () => {
    const verbs = hypervisor as unknown as Record<string, (...given: readonly unknown[]) => Promise<void>>;
    const done = verbs[verb]?.(...args);
    process.send?.('begun');
    void done?.then(
      () => process.send?.('done'),
      (error: unknown) => process.send?.(String(error)),
    );
  });
}
