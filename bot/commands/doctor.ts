import { examine, type Finding } from '../../hyperv/powershell/doctor.ts';
import { RealClock } from '../../jobs/clock.ts';
import type { Environment } from '../main.ts';
import { driverHosts, shellEnvironment } from './hosts.ts';

const MARKS = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' } as const;

/**
 * `octopus doctor`: looks at the hosts of the configuration, changes nothing, and says line by line what is so and what to
 * do. Gives the exit code: 1 when something has to be done before Octopus can work there.
 */
export async function doctor(
  { config: { cluster }, variables }: Environment,
  out: { write(text: string): unknown },
): Promise<number> {
  if (cluster.driver === 'simulator') {
    out.write('the configuration names simulated hosts: they are well\n');
    return 0;
  }
  const clock = new RealClock();
  const hosts = driverHosts(cluster, variables);
  const findings = await examine({
    hosts,
    images: cluster.images,
    environment: shellEnvironment(cluster, variables),
    now: () => clock.now(),
  });
  const width = Math.max(...hosts.map(({ name }) => name.length));
  for (const finding of findings) out.write(line(finding, width));
  const failed = findings.filter(({ level }) => level === 'fail').length;
  const warned = findings.filter(({ level }) => level === 'warn').length;
  out.write(
    `${hosts.length} ${hosts.length === 1 ? 'host' : 'hosts'}: ${failed} to mend, ${warned} to look at\n`,
  );
  return failed > 0 ? 1 : 0;
}

function line({ host, level, says, todo }: Finding, width: number): string {
  const head = `${host.padEnd(width)}  ${MARKS[level]}  `;
  return `${head}${says}\n${todo === null ? '' : `${' '.repeat(head.length)}${todo}\n`}`;
}
