import type { PowerBoard } from '../../hyperv/power/board.ts';
import { Ipmi } from '../../hyperv/power/ipmi.ts';
import { Redfish } from '../../hyperv/power/redfish.ts';
import { WakeOnLan } from '../../hyperv/power/wake-on-lan.ts';
import type { DriverHost, DriverOptions } from '../../hyperv/powershell/options.ts';
import { shellStart, type Transport } from '../../hyperv/powershell/transport.ts';
import { RealClock } from '../../jobs/clock.ts';
import type { HyperVCluster, HyperVHost } from '../cluster.ts';
import { UsageError } from './expected.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** What the driver needs, of what the configuration says. Throws `UsageError` when a password is not there. */
export function driverOptions(
  cluster: HyperVCluster,
  variables: Variables,
  log: (sentence: string) => void,
): DriverOptions {
  const { images, memoryMin, writes, shutDown } = cluster;
  return {
    images,
    memoryMin,
    writes,
    shutDownSeconds: shutDown,
    clock: new RealClock(),
    environment: shellEnvironment(cluster, variables),
    hosts: driverHosts(cluster, variables),
    log,
  };
}

/** Secrets of ours that are nothing to the programs which reach the hosts. */
const SECRETS = [
  'SLACK_BOT_TOKEN',
  'SLACK_APP_TOKEN',
  'SLACK_SIGNING_SECRET',
  'TEAMS_APP_PASSWORD',
  'REDIS_URL',
];

/** The environment of those programs: ours, without secrets. */
export function shellEnvironment({ hosts }: HyperVCluster, variables: Variables): Variables {
  const passwords = hosts.flatMap(({ power }) =>
    power !== null && 'password' in power ? [power.password] : [],
  );
  const hidden = new Set([...SECRETS, ...passwords]);
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !hidden.has(name)));
}

/** The hosts, each with its way in and its way to be switched on. */
export function driverHosts(
  { transport, hosts }: HyperVCluster,
  variables: Variables,
): readonly DriverHost[] {
  const way = transportOf(transport);
  return hosts.map((host) => {
    const { name, cores, memory, folder, switch: network, peer, share, failoverCluster } = host;
    const shell = shellStart(way, host.address);
    return {
      name,
      cores,
      memory,
      folder,
      switch: network,
      peer,
      share,
      failoverCluster,
      shell,
      board: boardOf(host, variables),
    };
  });
}

function transportOf(transport: HyperVCluster['transport']): Transport {
  switch (transport.by) {
    case 'local':
      return { kind: 'local', executable: transport.executable };
    case 'ssh': {
      const { executable, user = null, port = null, key = null, shell } = transport;
      return {
        kind: 'ssh',
        executable,
        user,
        port,
        key,
        knownHosts: transport['known-hosts'] ?? null,
        shell,
      };
    }
    case 'remoting': {
      const { executable, configuration = null } = transport;
      return { kind: 'remoting', executable, configuration };
    }
    default:
      throw new Error(`no transport ${JSON.stringify(transport satisfies never)}`);
  }
}

function boardOf({ name, power }: HyperVHost, variables: Variables): PowerBoard | null {
  if (power === null) return null;
  switch (power.by) {
    case 'redfish': {
      const { url, user, system = null, fingerprint = null, authorities = null } = power;
      const password = secret(power.password, variables, name);
      return new Redfish({ host: name, url, user, password, system, fingerprint, authorities });
    }
    case 'ipmi': {
      const { address, user, executable } = power;
      const password = secret(power.password, variables, name);
      return new Ipmi({ host: name, address, user, password, executable, environment: variables });
    }
    case 'wake-on-lan': {
      const { mac, broadcast, port } = power;
      return new WakeOnLan({ host: name, mac, broadcast, port });
    }
    default:
      throw new Error(`no way to power ${JSON.stringify(power satisfies never)}`);
  }
}

function secret(variable: string, variables: Variables, host: string): string {
  const value = variables[variable];
  if (value === undefined || value === '')
    throw new UsageError(
      `${variable} must be set in the environment: it is the password of the service processor of ${host}`,
    );
  return value;
}
