import { z } from 'zod';
import { isHostName, isImageName } from './names.ts';
import { distinct, duration, mac, port, size, some } from './quantities.ts';
import type { HostInventory, HostName, Image, ImageName, Mib, Seconds } from '../policies/model.ts';

/** `cluster:` of the configuration: the hosts that Octopus works on. */
export type Cluster = SimulatedCluster | HyperVCluster;

/** Hosts inside the process; null: the small institute that the playground shows. */
export interface SimulatedCluster {
  readonly driver: 'simulator';
  readonly speed: number;
  readonly hosts: readonly HostInventory[] | null;
  readonly images: readonly Image[] | null;
}

/** Real Hyper-V hosts. */
export interface HyperVCluster {
  readonly driver: 'hyperv';
  readonly transport: z.output<typeof transport>;
  readonly hosts: readonly HyperVHost[];
  readonly images: readonly Image[];
  /** Least memory of machines with dynamic memory; null: static memory. */
  readonly memoryMin: Mib | null;
  /** Calls that change something at a host at a time. */
  readonly writes: number;
  /** What a guest is given to shut down. */
  readonly shutDown: Seconds;
}

export interface HyperVHost {
  readonly name: HostName;
  readonly cores: number;
  readonly memory: Mib;
  /** Where it is reached from here. */
  readonly address: string;
  /** How the other hosts call it. */
  readonly peer: string;
  readonly folder: string;
  readonly switch: string;
  /** Its folder as other hosts reach it; null: there is no such way. */
  readonly share: string | null;
  /** The failover cluster that it is a node of; its folder is on the cluster's shared volume. */
  readonly failoverCluster: string | null;
  readonly power: z.output<typeof power> | null;
}

const address = z
  .string()
  .regex(
    /^[A-Za-z0-9][\w.:-]{0,252}$/,
    'an address is a name or a number of the network, as in `hv01.example.org`',
  );

/** A full path on a Windows host, or on whatever the driver is tried on. */
const folder = z
  .string()
  .regex(
    /^(?:[A-Za-z]:\\[^<>:"/|?*]+|\/[^\0]+)[^\\/]$/,
    'write a full path on the host without a slash at its end, as in `D:\\Octopus`',
  );

const host = z.strictObject({
  name: z.custom<HostName>(isHostName, 'a host name is 1 to 63 of a-z, 0-9, - and .'),
  cores: z.int().min(1).max(1024),
  memory: size,
});

const image = z.strictObject({
  name: z.custom<ImageName>(isImageName, 'an image name is 1 to 63 of a-z, 0-9, - and .'),
  os: z.enum(['linux', 'windows']),
  login: z.string().min(1).max(40),
  memory: size,
  aliases: z.array(z.string().min(1).max(40)).default([]),
});

const transport = z.discriminatedUnion(
  'by',
  [
    z.strictObject({ by: z.literal('local'), executable: z.string().min(1).default('powershell.exe') }),
    z.strictObject({
      by: z.literal('ssh'),
      executable: z.string().min(1).default('ssh'),
      user: z.string().min(1).max(120).optional(),
      port: port.optional(),
      key: z.string().min(1).optional(),
      'known-hosts': z.string().min(1).optional(),
      shell: z
        .string()
        .regex(/^[\w.:\\/-]{1,200}$/, 'write `powershell.exe` or `pwsh`, or its path without spaces')
        .default('powershell.exe'),
    }),
    z.strictObject({
      by: z.literal('remoting'),
      executable: z.string().min(1).default('powershell.exe'),
      configuration: z
        .string()
        .regex(/^[\w.-]{1,100}$/)
        .optional(),
    }),
  ],
  'write `by: ssh`, `by: remoting` or `by: local`',
);

/** Passwords come by environment variables, whose names stand here. */
const variable = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]{0,63}$/, 'write the name of an environment variable, as in `BMC_PASSWORD`')
  .default('BMC_PASSWORD');

const power = z.discriminatedUnion(
  'by',
  [
    z
      .strictObject({
        by: z.literal('redfish'),
        url: z.url({ protocol: /^https?$/, error: 'write the address of the board, as in `https://bmc01`' }),
        user: z.string().min(1).max(120),
        password: variable,
        system: z.string().min(1).max(120).optional(),
        fingerprint: z
          .string()
          .regex(/^[0-9A-Fa-f]{2}(?::?[0-9A-Fa-f]{2}){31}$/, 'write the SHA-256 of its certificate')
          .optional(),
        authorities: z.string().min(1).optional(),
      })
      .refine(({ url, fingerprint }) => fingerprint === undefined || url.startsWith('https:'), {
        path: ['fingerprint'],
        error: 'a board has a certificate with `https:` only',
      }),
    z.strictObject({
      by: z.literal('ipmi'),
      address,
      user: z.string().min(1).max(120),
      password: variable,
      executable: z.string().min(1).default('ipmitool'),
    }),
    z.strictObject({
      by: z.literal('wake-on-lan'),
      mac,
      broadcast: address.default('255.255.255.255'),
      port: port.default(9),
    }),
  ],
  'write `by: redfish`, `by: ipmi` or `by: wake-on-lan`',
);

const share = z
  .string()
  .regex(/^(?:\\\\[^\\/]|\/).*[^\\/]$/, 'write a path that other hosts reach, as in `\\\\{host}\\octopus$`');

/** A host by itself, where others are nodes of a failover cluster. */
const NO_CLUSTER = 'none';

const failoverCluster = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9-]{0,14}$/,
    'write the name of the failover cluster, as `Get-Cluster` has it',
  );

const simulatedHost = host.extend({ power: z.enum(['on', 'off']).default('on') });

const simulated = z.strictObject({
  driver: z.literal('simulator'),
  speed: z.number().min(1).max(100).default(4),
  hosts: some(distinct(simulatedHost, ['name'])).optional(),
  images: some(distinct(image, ['name'])).optional(),
});

const realHost = host.extend({
  address: address.optional(),
  peer: address.optional(),
  folder: folder.optional(),
  switch: z.string().min(1).max(255).optional(),
  share: share.optional(),
  'failover-cluster': failoverCluster.optional(),
  power: power.optional(),
});

const hyperV = z.strictObject({
  driver: z.literal('hyperv'),
  transport,
  folder,
  switch: z.string().min(1).max(255),
  share: share.optional(),
  'failover-cluster': failoverCluster.optional(),
  'memory-min': size.optional(),
  writes: z.int().min(1).max(8).default(3),
  'shut-down': duration.default(300),
  hosts: some(distinct(realHost, ['name'])),
  images: some(distinct(image, ['name'])),
});

/** Nodes of a failover cluster have one folder, on the volume that they share: machines move between them without their disks. */
function sameFolders(read: z.output<typeof hyperV>, context: z.RefinementCtx): void {
  const folders = new Map<string, string>();
  for (const [index, each] of read.hosts.entries()) {
    const name = clusterName(each['failover-cluster'] ?? read['failover-cluster']);
    if (name === null) continue;
    const own = each.folder ?? read.folder;
    const first = folders.get(name) ?? own;
    folders.set(name, first);
    if (own !== first)
      context.addIssue({
        code: 'custom',
        path: ['hosts', index, 'folder'],
        message: `all nodes of ${name} have the same folder on its shared volume; another one has ${first}`,
      });
  }
}

/** What `cluster:` may say. */
export const clusterForm = z
  .discriminatedUnion(
    'driver',
    [simulated, hyperV.superRefine(sameFolders)],
    'write `driver: simulator` or `driver: hyperv`',
  )
  .prefault({ driver: 'simulator' });

/** Every key that stands somewhere below `cluster:`. */
export const CLUSTER_KEYS: readonly string[] = [
  ...[simulated, simulatedHost, image, hyperV, realHost].flatMap(({ shape }) => Object.keys(shape)),
  ...[...transport.options, ...power.options].flatMap((option) => Object.keys(option.shape)),
];

/** What was read, with the defaults of the site in each host. */
export function clusterOf(read: z.output<typeof clusterForm>): Cluster {
  if (read.driver === 'simulator')
    return {
      driver: 'simulator',
      speed: read.speed,
      hosts: read.hosts ?? null,
      images: read.images?.map((each) => imageOf(each)) ?? null,
    };
  const { transport: way, hosts, images, writes } = read;
  return {
    driver: 'hyperv',
    transport: way,
    writes,
    memoryMin: read['memory-min'] ?? null,
    shutDown: read['shut-down'],
    images: images.map((each) => imageOf(each)),
    hosts: hosts.map((each) => ({
      name: each.name,
      cores: each.cores,
      memory: each.memory,
      address: each.address ?? each.name,
      peer: each.peer ?? each.address ?? each.name,
      folder: each.folder ?? read.folder,
      switch: each.switch ?? read.switch,
      share: each.share ?? read.share?.replaceAll('{host}', each.peer ?? each.address ?? each.name) ?? null,
      failoverCluster: clusterName(each['failover-cluster'] ?? read['failover-cluster']),
      power: each.power ?? null,
    })),
  };
}

function clusterName(name: string = NO_CLUSTER): string | null {
  return name === NO_CLUSTER ? null : name;
}

function imageOf({ name, os, login, memory, aliases }: z.output<typeof image>): Image {
  return { name, os, login, aliases, memoryMin: memory };
}
