import { join } from 'node:path';
import type { Hypervisor } from '../../hyperv/hypervisor.ts';
import { PowerShellHypervisor } from '../../hyperv/powershell/driver.ts';
import { Simulator } from '../../hyperv/simulator/simulator.ts';
import { SITE } from '../../hyperv/simulator/site.ts';
import type { DataFolder } from '../../jobs/data-folder.ts';
import type { Queue } from '../../jobs/queue.ts';
import { PgliteQueue } from '../../jobs/queue/pglite.ts';
import { RedisQueue } from '../../jobs/queue/redis.ts';
import type { Clock, PolicyFile } from '../../policies/model.ts';
import { policyFolder } from '../../policies/rulebook.ts';
import type { SimulatedCluster } from '../cluster.ts';
import type { Environment } from '../main.ts';
import { driverOptions } from './hosts.ts';
import { UsageError } from './expected.ts';

/** Hosts to work on, and how they are let go at the end. */
export interface Site {
  readonly hypervisor: Hypervisor;
  close(): void;
}

/** The hosts of the configuration: real ones, or simulated ones that outlive the process in the data folder. */
export function siteOf(
  { config: { cluster }, variables }: Environment,
  folder: DataFolder,
  clock: Clock,
  log: (sentence: string) => void,
): Site {
  if (cluster.driver === 'simulator')
    return { hypervisor: simulatedHosts(cluster, folder, clock), close: () => undefined };
  const hypervisor = new PowerShellHypervisor(driverOptions(cluster, variables, log));
  return { hypervisor, close: () => hypervisor.close() };
}

/** The simulated hosts of the configuration; they outlive the process in the data folder. */
export function simulatedHosts(
  { speed, hosts, images }: SimulatedCluster,
  folder: DataFolder,
  clock: Clock,
): Simulator {
  const store = join(folder.path, 'simulator.json');
  return new Simulator({ clock, speed, store, hosts: hosts ?? SITE.hosts, images: images ?? SITE.images });
}

/** The queue as the environment says: on Redis with `REDIS_URL`, else inside the process. */
export async function queueOf(
  { config, redisUrl }: Environment,
  folder: DataFolder,
  log: (sentence: string) => void,
): Promise<Queue> {
  const options = { concurrency: config.queue.jobsPerHost, onProblem: log };
  const engine = redisUrl === null ? 'embedded' : 'redis';
  const before = await folder.useQueue(engine);
  if (before !== null && before !== engine)
    log(`the queue was ${before} and is ${engine} now; unfinished jobs are queued again from the journal`);
  if (redisUrl !== null)
    return new RedisQueue({ ...options, url: redisUrl, installation: folder.installation });
  return new PgliteQueue({ ...options, folder: join(folder.path, 'queue'), onProgress: log });
}

/** Reads the configured policy folder; undefined where the program's own policies are used. */
export function policyFilesOf({ config }: Environment): (() => readonly PolicyFile[]) | undefined {
  const { policies } = config;
  if (policies === null) return undefined;
  return () => {
    try {
      return policyFolder(policies);
    } catch (error) {
      throw new UsageError(
        `the policy folder ${policies} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  };
}
