import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A cmdlet as `hyperv-cmdlets.json` tells it; the file says how it is read. */
export interface CmdletFacts {
  readonly module: string;
  readonly defaultSet?: string;
  readonly sets?: readonly string[];
  readonly shouldProcess?: boolean;
  readonly confirmImpact?: string;
  /** `docs`: from the documentation, which tells no common parameters. */
  readonly source?: string;
  readonly params: Readonly<Record<string, ParameterFacts>>;
}

export interface ParameterFacts {
  readonly type: string;
  readonly aliases?: readonly string[];
  readonly values?: readonly string[];
  readonly range?: readonly [number, number];
  readonly notNull?: boolean;
  readonly psTypeName?: string;
  /** Releases of PowerShell that know the parameter; all when absent. */
  readonly versions?: readonly string[];
  readonly in: Readonly<Record<string, SetFacts>>;
}

interface SetFacts {
  readonly mandatory?: boolean;
  readonly position?: number;
  readonly pipeline?: boolean;
  readonly pipelineByName?: boolean;
}

interface ObjectFacts {
  readonly type: string;
  readonly extraPropertiesSeen?: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, string>>;
}

type Enum = Readonly<Record<string, number>>;

const data = join(import.meta.dirname, '..', 'data');

/** What is known of the real cmdlets, by name. */
export const CMDLETS = read('hyperv-cmdlets.json') as {
  cmdlets: Record<string, CmdletFacts>;
  enums: Record<string, Enum>;
};
const OBJECTS = read('hyperv-objects.json') as {
  objects: Record<string, ObjectFacts>;
  enums: Record<string, Enum>;
};

/** The modules that are simulated; the others of the data file come with PowerShell. */
export const SIMULATED_MODULES = ['Hyper-V', 'FailoverClusters', 'CimCmdlets'] as const;

/** Names of the cmdlets of a simulated module. */
export function cmdletsOf(module: string): string[] {
  return Object.keys(CMDLETS.cmdlets).filter((name) => CMDLETS.cmdlets[name]?.module === module);
}

/**
 * The parameters of every simulated cmdlet and the types of every object, as C#, out of the data files. What a cmdlet
 * does is the other half of its partial class; a cmdlet without one throws `NotSimulated`.
 */
export function generatedSource(): string {
  return [
    '#nullable disable',
    'using System.Management.Automation;',
    'using Octopus.SimulatedHyperV;',
    ...enums(),
    ...objects(),
    ...SIMULATED_MODULES.flatMap((module) => cmdletsOf(module).map((name) => cmdletClass(name))),
  ].join('\n');
}

/** The class that implements a cmdlet; `FullyQualifiedErrorId` ends in it. */
export function className(cmdlet: string): string {
  const [verb = '', noun = ''] = cmdlet.split('-');
  const { module = '' } = CMDLETS.cmdlets[cmdlet] ?? {};
  if (module === 'FailoverClusters') return `Microsoft.FailoverClusters.PowerShell.${verb}${noun}Command`;
  if (module === 'CimCmdlets') return `Microsoft.Management.Infrastructure.CimCmdlets.${verb}${noun}Command`;
  // Captured errors: NewVhd with two small letters, GetVHD with none.
  if (noun === 'VHD') return `Microsoft.Vhd.PowerShell.Cmdlets.${verb === 'Get' ? 'GetVHD' : `${verb}Vhd`}`;
  return `Microsoft.HyperV.PowerShell.Commands.${verb}${noun}`;
}

function cmdletClass(name: string): string {
  const facts = CMDLETS.cmdlets[name] as CmdletFacts;
  const [space, type] = split(className(name));
  const [verb = '', noun = ''] = name.split('-');
  const head = [
    `"${verb}", "${noun}"`,
    ...(facts.defaultSet === undefined ? [] : [`DefaultParameterSetName = "${facts.defaultSet}"`]),
    ...(facts.shouldProcess === true
      ? ['SupportsShouldProcess = true', `ConfirmImpact = ConfirmImpact.${facts.confirmImpact ?? 'Medium'}`]
      : []),
  ];
  const nested = Object.entries(CMDLETS.enums)
    .filter(([full]) => full.startsWith(`${space}.${type}+`))
    .map(([full, members]) => `  ${enumText(full.split('+')[1] ?? '', members)}`);
  return [
    `namespace ${space} {`,
    ` [Cmdlet(${head.join(', ')})]`,
    ` public partial class ${type} : SimulatedCmdlet {`,
    ...nested,
    ...Object.entries(facts.params)
      .filter(([, { versions }]) => versions === undefined || versions.some((one) => one.startsWith('7')))
      .map(([parameter, one]) => parameterText(parameter, one)),
    ' }',
    '}',
  ].join('\n');
}

function parameterText(name: string, facts: ParameterFacts): string {
  const attributes = Object.entries(facts.in).map(([set, flags]) => {
    const given = [
      ...(set === '*' ? [] : [`ParameterSetName = "${set}"`]),
      ...(flags.mandatory === true ? ['Mandatory = true'] : []),
      ...(flags.position === undefined ? [] : [`Position = ${flags.position}`]),
      ...(flags.pipeline === true ? ['ValueFromPipeline = true'] : []),
      ...(flags.pipelineByName === true ? ['ValueFromPipelineByPropertyName = true'] : []),
    ];
    return `[Parameter(${given.join(', ')})]`;
  });
  if (facts.aliases !== undefined) attributes.push(`[Alias(${quoted(facts.aliases)})]`);
  if (facts.values !== undefined) attributes.push(`[ValidateSet(${quoted(facts.values)})]`);
  if (facts.range !== undefined) attributes.push(`[ValidateRange(${facts.range.join(', ')})]`);
  if (facts.notNull === true) attributes.push('[ValidateNotNullOrEmpty]');
  if (facts.psTypeName !== undefined) attributes.push(`[PSTypeName("${facts.psTypeName}")]`);
  return `  ${attributes.join('')} public ${clrType(facts.type)} ${name} { get; set; }`;
}

const quoted = (words: readonly string[]): string => words.map((word) => JSON.stringify(word)).join(', ');

function split(full: string): [space: string, type: string] {
  const dot = full.lastIndexOf('.');
  return [full.slice(0, dot), full.slice(dot + 1)];
}

// Short names of the data files, as C# has them.
const PLAIN: Readonly<Record<string, string>> = {
  switch: 'SwitchParameter',
  guid: 'System.Guid',
  timespan: 'System.TimeSpan',
  datetime: 'System.DateTime',
  version: 'System.Version',
  psobject: 'PSObject',
  object: 'object',
  hashtable: 'System.Collections.Hashtable',
  pscredential: 'PSCredential',
  uint16: 'ushort',
  uint32: 'uint',
  uint64: 'ulong',
  int16: 'short',
  int32: 'int',
  int64: 'long',
  string: 'string',
  bool: 'bool',
  int: 'int',
  long: 'long',
  byte: 'byte',
  // The real classes need a native library that Linux lacks.
  ciminstance: 'PSObject',
  CimInstance: 'PSObject',
  'Microsoft.Management.Infrastructure.CimInstance': 'PSObject',
  'Microsoft.Management.Infrastructure.CimClass': 'PSObject',
  CimSession: 'Microsoft.Management.Infrastructure.CimSession',
};

const VALUE_TYPES = new Set([
  'guid',
  'timespan',
  'datetime',
  'int',
  'long',
  'bool',
  'uint32',
  'uint64',
  'int16',
  'int32',
  'int64',
]);

/** Names that the object file shortens, in full. */
const FULL_NAMES: ReadonlyMap<string, string> = new Map(
  [...Object.keys(OBJECTS.enums), ...Object.values(OBJECTS.objects).map(({ type }) => type)].map((name) => [
    shortName(name),
    fullName(name),
  ]),
);

function shortName(name: string): string {
  return name.replace(/^Microsoft\.(?:HyperV|Vhd|FailoverClusters)\.PowerShell\./, (found) =>
    found.includes('Vhd') ? 'Vhd.' : found.includes('Failover') ? 'FC.' : '',
  );
}

function fullName(name: string): string {
  if (name.startsWith('Microsoft.')) return name;
  if (name.startsWith('FC.')) return `Microsoft.FailoverClusters.PowerShell.${name.slice(3)}`;
  if (name.startsWith('Vhd.')) return `Microsoft.Vhd.PowerShell.${name.slice(4)}`;
  if (name === 'VirtualHardDiskPmemAddressAbstractionType')
    return `Microsoft.Virtualization.Client.Management.${name}`;
  return `Microsoft.HyperV.PowerShell.${name}`;
}

function clrType(type: string): string {
  if (type.endsWith('[]')) return `${clrType(type.slice(0, -2))}[]`;
  if (type.endsWith('?')) {
    const inner = type.slice(0, -1);
    return VALUE_TYPES.has(inner) || isEnum(inner) ? `${clrType(inner)}?` : clrType(inner);
  }
  const plain = PLAIN[type];
  if (plain !== undefined) return plain;
  if (type.startsWith('System.Nullable`1[[')) return `${type.slice(19, -2)}?`;
  if (type.startsWith('System.'))
    return type === 'System.Collections.Generic.ICollection<FC.ClusterSharedVolumeInfo>' ? 'object' : type;
  const known = FULL_NAMES.get(type);
  if (known !== undefined) return known;
  if (type.startsWith('Microsoft.')) return type.replaceAll('+', '.');
  return 'object';
}

function isEnum(type: string): boolean {
  return type in CMDLETS.enums || shortName(type) in OBJECTS.enums;
}

function enumText(name: string, members: Enum): string {
  const values = Object.entries(members).map(([member, value]) => `${member} = ${value}`);
  return `public enum ${name} { ${values.join(', ')} }`;
}

function enums(): string[] {
  const all = new Map<string, Enum>();
  for (const [name, members] of Object.entries(OBJECTS.enums)) all.set(fullName(name), members);
  for (const [name, members] of Object.entries(CMDLETS.enums))
    if (!name.includes('+')) all.set(name, members);
  return [...all].map(([full, members]) => {
    const [space, name] = split(full);
    return `namespace ${space} { ${enumText(name, members)} }`;
  });
}

/** What the real classes inherit: parameters ask for the base, cmdlets give the derived. */
const BASES: Readonly<Record<string, string>> = {
  VirtualMachine: 'VirtualMachineBase',
  VMSnapshot: 'VirtualMachineBase',
  HardDiskDrive: 'Drive',
  DvdDrive: 'Drive',
  VMNetworkAdapter: 'VMNetworkAdapterBase',
  VMProcessor: 'VMComponentObject',
  VMMemory: 'VMComponentObject',
  VMFirmware: 'VMComponentObject',
  VMIntegrationComponent: 'VMComponentObject',
};

function objects(): string[] {
  return Object.entries(OBJECTS.objects).map(([name, { type, properties, extraPropertiesSeen }]) => {
    const [space, short] = split(type);
    const extra = Object.entries(extraPropertiesSeen ?? {})
      .filter(([property]) => property !== 'Key' && !(property in properties))
      .map(([property, kind]) => {
        const alias = /^(\w+\??) \(alias of (\w+)\)$/.exec(kind);
        return alias === null
          ? `  public ${clrType(kind)} ${property} { get; set; }`
          : `  public ${clrType(alias[1] ?? '')} ${property} => ${alias[2]};`;
      });
    const members = Object.entries(properties).map(
      ([property, kind]) => `  public ${clrType(kind)} ${property} { get; set; }`,
    );
    const base = BASES[name];
    return [
      `namespace ${space} {`,
      ` public partial class ${short}${base === undefined ? '' : ` : ${base}`} {`,
      ...members,
      ...extra,
      ' }',
      '}',
    ].join('\n');
  });
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(join(data, file), 'utf8'));
}
