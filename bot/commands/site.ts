import { join } from 'node:path';
import { Simulator } from '../../hyperv/simulator/simulator.ts';
import { SITE } from '../../hyperv/simulator/site.ts';
import type { DataFolder } from '../../jobs/data-folder.ts';
import type { Queue } from '../../jobs/queue.ts';
import { PgliteQueue } from '../../jobs/queue/pglite.ts';
import { RedisQueue } from '../../jobs/queue/redis.ts';
import type { Clock, PolicyFile } from '../../policies/model.ts';
import { policyFolder } from '../../policies/rulebook.ts';
import type { Environment } from '../main.ts';
import { UsageError } from './expected.ts';

/** The simulated hosts of the configuration; they outlive the process in the data folder. */
export function simulatedHosts(
  { config: { cluster } }: Environment,
  folder: DataFolder,
  clock: Clock,
): Simulator {
  const { speed, hosts, images } = cluster;
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
