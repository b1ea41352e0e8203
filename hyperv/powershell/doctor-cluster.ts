import type { Say, SeenSite } from './doctor.ts';
import type { DriverHost } from './options.ts';

/** What a host tells of its failover cluster. */
export interface SeenCluster {
  /** '' where there is none, or where PowerShell cannot tell. */
  readonly name: string;
  readonly movesMax: number;
  /** The folder under which nodes have the volumes that they share. */
  readonly volumes: string;
  readonly state: string;
}

/** Whether a host is in the failover cluster that the configuration names, or in one that it does not name. */
export function failoverCluster(seen: SeenSite, host: DriverHost, say: Say): void {
  const { cluster, edition, powerShell } = seen;
  const wanted = host.failoverCluster;
  if (wanted === null) {
    if (cluster.name !== '')
      say(
        'warn',
        `is a node of the failover cluster ${cluster.name}, of which the configuration says nothing`,
        `write \`failover-cluster: ${cluster.name}\` if its machines lie on a shared volume`,
      );
    return;
  }
  if (edition === 'Core')
    say(
      'fail',
      `PowerShell ${powerShell} has no cmdlets for failover clusters that can be relied on`,
      'reach this host by Windows PowerShell 5.1: `shell: powershell.exe`',
    );
  if (cluster.name === '') {
    say(
      'fail',
      `is in no failover cluster that answers, and the configuration says ${wanted}`,
      'Install-WindowsFeature RSAT-Clustering-PowerShell; Get-Cluster; is the service ClusSvc running?',
    );
    return;
  }
  if (cluster.name !== wanted) {
    say('fail', `is a node of ${cluster.name}, not of ${wanted}`, 'mend `failover-cluster:` of this host');
    return;
  }
  say(
    'ok',
    `is a node of the failover cluster ${cluster.name}, which lets ${cluster.movesMax} migrations happen at a time`,
  );
  if (cluster.state !== 'Up')
    say('warn', `is ${cluster.state} in its cluster`, `Resume-ClusterNode -Failback NoFailback`);
  volume(cluster, host, say);
  for (const { machine, name } of seen.lone)
    say(
      'warn',
      `${name} (${machine}) is not highly available`,
      `Add-ClusterVirtualMachineRole -VMName '${name.replaceAll("'", "''")}' -Name ${machine}`,
    );
}

function volume({ volumes, name }: SeenCluster, { folder }: DriverHost, say: Say): void {
  if (slashed(folder).startsWith(`${slashed(volumes)}/`))
    say('ok', `its folder is on a volume that ${name} shares`);
  else
    say(
      'fail',
      `its folder ${folder} is not on a volume that ${name} shares`,
      `put it under ${volumes}, and write that as \`folder:\``,
    );
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/').toLowerCase();
}
