import { expect, test } from '@jest/globals';
import { parseConfig } from '../../bot/config.ts';
import { driverHosts, shellEnvironment } from '../../bot/commands/hosts.ts';

const { cluster } = parseConfig(
  `
cluster:
  driver: hyperv
  transport: { by: ssh, user: svc-octopus }
  folder: 'D:\\Octopus'
  switch: External
  hosts:
    - { name: hv01, cores: 8, memory: 64g, power: { by: ipmi, address: bmc01, user: u, password: BMC_ONE } }
    - { name: hv02, cores: 8, memory: 64g }
  images: [{ name: ubuntu, os: linux, login: ubuntu, memory: 1g }]
`,
  'octopus.yaml',
);
if (cluster.driver !== 'hyperv') throw new Error('these are real hosts');

test('programs that reach the hosts get our environment without our secrets', () => {
  const variables = { PATH: '/bin', HOME: '/root', KRB5CCNAME: 'x', SLACK_BOT_TOKEN: 's', BMC_ONE: 'secret' };

  expect(shellEnvironment(cluster, variables)).toEqual({ PATH: '/bin', HOME: '/root', KRB5CCNAME: 'x' });
});

test('a password that the configuration names and nobody has set is asked for by its name', () => {
  expect(() => driverHosts(cluster, { PATH: '/bin' })).toThrow('BMC_ONE must be set in the environment');
});

test('each host gets its shell, its folder and its way to be switched on', () => {
  const hosts = driverHosts(cluster, { BMC_ONE: 'secret' });

  expect(hosts.map(({ name, folder, peer, board }) => [name, folder, peer, board === null])).toEqual([
    ['hv01', 'D:\\Octopus', 'hv01', false],
    ['hv02', 'D:\\Octopus', 'hv02', true],
  ]);
  expect(hosts[0]?.shell.args).toEqual(
    expect.arrayContaining(['-oUser=svc-octopus', 'hv01', 'powershell.exe']),
  );
});

test('nodes of a failover cluster share a folder, and hosts by themselves may stand beside it', () => {
  const { cluster: nodes } = readNodes('', ", folder: 'D:\\Octopus', failover-cluster: none");

  expect(nodes.driver === 'hyperv' && driverHosts(nodes, {}).map((each) => each.failoverCluster)).toEqual([
    'HVC1',
    'HVC1',
    null,
  ]);
  expect(() => readNodes(", folder: 'D:\\Octopus'", '')).toThrow('all nodes of HVC1 have the same folder');
});

/** Two nodes of a failover cluster and a third one, with more about the second and the third. */
function readNodes(second: string, third: string): ReturnType<typeof parseConfig> {
  const text = `
cluster:
  driver: hyperv
  transport: { by: ssh }
  folder: 'C:\\ClusterStorage\\Volume1\\Octopus'
  failover-cluster: HVC1
  switch: External
  hosts:
    - { name: hv01, cores: 8, memory: 64g }
    - { name: hv02, cores: 8, memory: 64g${second} }
    - { name: hv03, cores: 8, memory: 64g${third} }
  images: [{ name: ubuntu, os: linux, login: ubuntu, memory: 1g }]
`;
  return parseConfig(text, 'octopus.yaml');
}
