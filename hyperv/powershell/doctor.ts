import type { HostName, Image, Mib } from '../../policies/model.ts';
import { HypervisorError } from '../hypervisor.ts';
import { failoverCluster, type SeenCluster } from './doctor-cluster.ts';
import type { DriverHost } from './options.ts';
import { Hosts } from './hosts.ts';

/** One thing that was looked at: what is so, and what to do about it; `null` where nothing is to be done. */
export interface Finding {
  readonly host: HostName;
  readonly level: 'ok' | 'warn' | 'fail';
  readonly says: string;
  readonly todo: string | null;
}

export interface Examination {
  readonly hosts: readonly DriverHost[];
  readonly images: readonly Image[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Seconds since 1970, as this computer has them. */
  readonly now: () => number;
}

/** What the module tells of a host. */
export interface SeenSite {
  readonly powerShell: string;
  readonly edition: string;
  readonly hyperV: string;
  readonly name: string;
  readonly cores: number;
  readonly memory: Mib;
  readonly movesEnabled: boolean;
  readonly movesAuth: string;
  readonly movesMax: number;
  readonly storageMovesMax: number;
  readonly switches: readonly { readonly name: string; readonly type: string }[];
  readonly folder: boolean;
  readonly images: readonly SeenImage[];
  readonly right: 'administrator' | 'hyper-v' | 'none' | 'unknown';
  readonly delegation: readonly string[];
  readonly cluster: SeenCluster;
  /** Machines of ours that are not highly available. */
  readonly lone: readonly { readonly machine: string; readonly name: string }[];
  readonly now: number;
}

interface SeenImage {
  readonly image: string;
  readonly bytes: number;
  readonly readOnly: boolean;
  readonly hash: string;
}

/** Kerberos refuses tickets when clocks differ by more. */
const SKEW_SECONDS = 300;
const MIGRATION_SERVICE = 'Microsoft Virtual System Migration Service';

/** How a check says what it has found. */
export type Say = (level: Finding['level'], says: string, todo?: string) => void;

/**
 * Looks at a site as it really is, host by host, then across them. Changes nothing: the module is not written to the hosts
 * either. Gives every finding, good ones too, so that what was not looked at is seen.
 */
export async function examine(site: Examination): Promise<readonly Finding[]> {
  const { hosts, environment } = site;
  const reached = new Hosts({ hosts, environment, writes: 1, keepsModule: false, log: () => undefined });
  try {
    const findings = await Promise.all(hosts.map((host) => examined(host, site, reached)));
    return [...findings.flatMap(({ found }) => found), ...across(site, findings)];
  } finally {
    reached.close();
  }
}

interface Examined {
  readonly host: DriverHost;
  readonly seen: SeenSite | null;
  readonly found: readonly Finding[];
}

async function examined(host: DriverHost, site: Examination, reached: Hosts): Promise<Examined> {
  const found: Finding[] = [];
  const say: Say = (level, says, todo) =>
    void found.push({ host: host.name, level, says, todo: todo ?? null });
  let seen: SeenSite | null = null;
  try {
    seen = (await reached.read(host.name, 'site', { folder: host.folder })) as SeenSite;
  } catch (error) {
    if (!(error instanceof HypervisorError)) throw error;
    say('fail', error.message.replace(`${host.name}: `, ''), REACH[error.fault]);
  }
  if (seen !== null) {
    program(seen, say);
    rights(seen, host, say);
    place(seen, host, say);
    images(seen, host, site.images, say);
    migration(seen, host, site.hosts, say);
    failoverCluster(seen, host, say);
    const skew = Math.abs(seen.now - site.now());
    if (skew > SKEW_SECONDS)
      say(
        'fail',
        `its clock differs by ${skew} s from this computer's`,
        'set both by the domain: w32tm /resync',
      );
  }
  await power(host, say);
  return { host, seen, found };
}

const REACH: Readonly<Record<string, string>> = {
  unreachable:
    'is it on, does its name resolve here, and does its firewall let ssh (22) or remoting (5985) in?',
  timeout: 'look at the load of the host; a shell has to answer within two minutes',
};

function program({ powerShell, edition, hyperV }: SeenSite, say: Say): void {
  const [major = 0, minor = 0] = powerShell.split('.').map(Number);
  const name = edition === 'Core' ? 'PowerShell' : 'Windows PowerShell';
  if (major > 5 || (major === 5 && minor >= 1)) say('ok', `answers, with ${name} ${powerShell}`);
  else say('fail', `has ${name} ${powerShell}`, 'install Windows Management Framework 5.1, or PowerShell 7');
  if (hyperV.startsWith('1.'))
    say('fail', `its Hyper-V module is ${hyperV}`, 'Octopus needs Windows Server 2016 or newer');
  else say('ok', hyperV === '' ? 'its Hyper-V module answers' : `its Hyper-V module is ${hyperV}`);
}

function rights({ right }: SeenSite, { folder }: DriverHost, say: Say): void {
  if (right === 'none')
    say(
      'fail',
      'the service account is neither Hyper-V administrator nor administrator',
      `Add-LocalGroupMember -SID S-1-5-32-578 -Member DOMAIN\\svc-octopus; icacls ${folder} /grant "DOMAIN\\svc-octopus:(OI)(CI)M"`,
    );
  else if (right === 'unknown')
    say(
      'warn',
      'does not tell what the service account may do',
      'see that it is a Hyper-V administrator there',
    );
  else say('ok', `the service account is ${right === 'hyper-v' ? 'Hyper-V administrator' : 'administrator'}`);
}

function place(seen: SeenSite, host: DriverHost, say: Say): void {
  const { folder, switch: network, cores, memory } = host;
  if (seen.folder) say('ok', `the folder ${folder} is there`);
  else say('fail', `there is no folder ${folder}`, `New-Item -ItemType Directory -Path '${folder}\\images'`);
  if (seen.switches.some(({ name }) => name === network)) say('ok', `the switch ${network} is there`);
  else {
    const others = seen.switches.map(({ name }) => name).join(', ');
    say(
      'fail',
      `has no virtual switch called ${network}${others === '' ? '' : `; it has ${others}`}`,
      `Rename-VMSwitch or New-VMSwitch, or \`switch:\` of this host: the name must be right to the letter`,
    );
  }
  if (cores > seen.cores || memory > seen.memory)
    say(
      'fail',
      `the configuration gives machines ${cores} cores and ${memory} MiB; it has ${seen.cores} and ${seen.memory}`,
      'write what it has, less what Windows itself needs, as `cores:` and `memory:`',
    );
  else
    say(
      'ok',
      `has ${seen.cores} cores and ${seen.memory} MiB, of which machines may have ${cores} and ${memory}`,
    );
}

function images(seen: SeenSite, { folder }: DriverHost, wanted: readonly Image[], say: Say): void {
  for (const { name } of wanted) {
    const image = seen.images.find((each) => each.image.toLowerCase() === name.toLowerCase());
    if (image === undefined)
      say(
        'fail',
        `the image ${name} is not there`,
        `copy it from another host to ${folder}\\images\\${name}.vhdx`,
      );
    else if (!image.readOnly)
      say('warn', `the image ${name} can be written to`, `attrib +r ${folder}\\images\\${name}.vhdx`);
    else say('ok', `the image ${name} is there, read-only`);
  }
}

function migration(seen: SeenSite, { name }: DriverHost, all: readonly DriverHost[], say: Say): void {
  if (all.length < 2) return;
  if (!seen.movesEnabled) {
    say('fail', 'live migration is off', 'Enable-VMMigration; Set-VMHost -UseAnyNetworkForMigration $true');
    return;
  }
  const most = Math.min(seen.movesMax, seen.storageMovesMax);
  if (most < 1)
    say(
      'fail',
      'takes part in no migrations',
      'Set-VMHost -MaximumVirtualMachineMigrations 2 -MaximumStorageMigrations 2',
    );
  else say('ok', `live migration is on, ${most} at a time`);
  if (seen.movesAuth !== 'Kerberos')
    say(
      'fail',
      `migration asks for ${seen.movesAuth}, which needs a session on the host itself`,
      'Set-VMHost -VirtualMachineMigrationAuthenticationType Kerberos',
    );
  if (seen.delegation.length === 0) {
    say(
      'warn',
      'the directory does not tell to which services it may delegate',
      `see that its account may delegate to cifs and "${MIGRATION_SERVICE}" of every other host`,
    );
    return;
  }
  const may = new Set(seen.delegation.map((service) => service.toLowerCase()));
  const lacking = all
    .filter((other) => other.name !== name)
    .flatMap((other) =>
      ['cifs', MIGRATION_SERVICE].map((service) => `${service}/${other.peer ?? other.name}`),
    )
    .filter((service) => !may.has(service.toLowerCase()));
  if (lacking.length === 0) say('ok', 'may delegate to every other host');
  else
    say(
      'fail',
      `may not delegate to ${lacking.join(', ')}`,
      'allow it in the directory, with any authentication protocol: hyperv/README.md, "Delegation"',
    );
}

async function power({ board }: DriverHost, say: Say): Promise<void> {
  if (board === null) {
    say(
      'warn',
      'cannot be switched on from here',
      'write `power:` for it, or forbid policies to switch it off',
    );
    return;
  }
  try {
    const state = await board.state();
    if (state === 'unknown') say('ok', 'is woken by a packet, which nobody can try without doing it');
    else say('ok', `its service processor answers: power is ${state}`);
  } catch (error) {
    if (!(error instanceof HypervisorError)) throw error;
    say('fail', error.message.replace(/^[^:]+: /, ''), 'look at its `power:`');
  }
}

/** What has to be the same on all hosts: bytes of images, and the program. */
function across({ images: wanted }: Examination, all: readonly Examined[]): readonly Finding[] {
  const found: Finding[] = [];
  const seen = all.flatMap(({ host, seen: site }) => (site === null ? [] : [{ host, site }]));
  for (const { name } of wanted) {
    const copies = seen.flatMap(({ host, site }) => {
      const image = site.images.find((each) => each.image.toLowerCase() === name.toLowerCase());
      return image === undefined ? [] : [{ host: host.name, ...image }];
    });
    const [first] = copies;
    if (first === undefined || copies.length < 2) continue;
    const other = copies.find(({ bytes, hash }) => bytes !== first.bytes || differ(hash, first.hash));
    if (other !== undefined)
      found.push({
        host: other.host,
        level: 'fail',
        says: `the image ${name} has other bytes than on ${first.host}`,
        todo: 'machines of one cannot move to the other: keep the one that machines stand on, and copy it under a new name',
      });
    else if (copies.some(({ hash }) => hash === ''))
      found.push({
        host: first.host,
        level: 'warn',
        says: `the image ${name} has the same size on ${copies.length} hosts; whether the same bytes nobody has calculated`,
        todo: `octopus images verify ${name}`,
      });
    else
      found.push({
        host: first.host,
        level: 'ok',
        says: `the image ${name} has the same bytes on ${copies.length} hosts`,
        todo: null,
      });
  }
  const versions = new Set(seen.map(({ site }) => site.hyperV));
  const [one] = seen;
  if (one !== undefined && versions.size > 1)
    found.push({
      host: one.host.name,
      level: 'warn',
      says: `the hosts have Hyper-V modules ${[...versions].join(', ')}`,
      todo: 'machines of a newer host may not move to an older one',
    });
  return found;
}

function differ(one: string, other: string): boolean {
  return one !== '' && other !== '' && one !== other;
}
