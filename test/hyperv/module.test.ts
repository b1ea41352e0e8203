import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { className, cmdletsOf, CMDLETS, SIMULATED_MODULES } from './module/generate.ts';
import { SimulatedSite } from './module/site.ts';
import { HostShell } from './host-shell.ts';
import { describeWithPowerShell } from './powershell.ts';

const BASE = String.raw`D:\Octopus\images\ubuntu.vhdx`;

let site: SimulatedSite;
let shells: HostShell[];

function begin(): void {
  site = new SimulatedSite([{ name: 'hv01' }, { name: 'hv02' }]);
  site.image(BASE);
  shells = [];
}

async function end(): Promise<void> {
  for (const each of shells) await each.kill();
  site.end();
}

function shell(host = 'hv01'): HostShell {
  const one = new HostShell(site, host);
  shells.push(one);
  return one;
}

/** A machine on a differencing disk, as PowerShell's `$vm`; its folder is `$at`. */
const MADE = `
  $at = if (Test-Path D:\\Octopus\\m-1) { "D:\\Octopus\\$(New-Guid)" } else { 'D:\\Octopus\\m-1' }
  $null = New-Item -ItemType Directory $at
  $null = New-VHD -Path $at\\disk.vhdx -ParentPath ${BASE} -Differencing
  $vm = New-VM -Name box -Generation 2 -MemoryStartupBytes 2GB -VHDPath $at\\disk.vhdx -Path $at -SwitchName external
  Set-VM -VM $vm -AutomaticCheckpointsEnabled $false
`;
const FOUND = '$vm = Get-VM | Select-Object -First 1;';

/** A pace at which nothing ends. */
const LATER = 1e6;

const disk = (name: string): string => `New-VHD -Path D:\\${name}.vhdx -ParentPath ${BASE} -Differencing`;

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(5);
}

describeWithPowerShell('the parameters of the simulated cmdlets', () => {
  let one: HostShell;
  beforeAll(() => {
    begin();
    one = shell();
  });
  afterAll(end);

  test('are those of the data file: sets, names, types, aliases, places, what is mandatory', async () => {
    const found = await one.run<Found>(`
      Import-Module Hyper-V, FailoverClusters, CimCmdlets
      foreach ($command in Get-Command -Module Hyper-V, FailoverClusters, CimCmdlets -CommandType Cmdlet) {
        $common = [System.Management.Automation.Cmdlet]::CommonParameters + [System.Management.Automation.Cmdlet]::OptionalCommonParameters
        @{ name = $command.Name; default = "$($command.DefaultParameterSet)"; class = $command.ImplementingType.FullName
           params = @(foreach ($one in $command.Parameters.Values | Where-Object Name -notin $common) {
             @{ name = $one.Name; type = $one.ParameterType.FullName; aliases = @($one.Aliases)
                sets = @(foreach ($set in $one.ParameterSets.Keys) { $in = $one.ParameterSets[$set]
                  @{ set = $set; mandatory = $in.IsMandatory; position = $in.Position; pipeline = $in.ValueFromPipeline; byName = $in.ValueFromPipelineByPropertyName } })
                values = @($one.Attributes.Where({ $_ -is [System.Management.Automation.ValidateSetAttribute] }).ForEach({ $_.ValidValues })) } }) }
      }`);
    const names = SIMULATED_MODULES.flatMap((module) => cmdletsOf(module));
    expect(found.map(({ name }) => name).toSorted()).toEqual(
      [...names, 'Reset-SimulatedSite', 'Stop-SimulatedHost'].toSorted(),
    );
    for (const name of names) {
      const cmdlet = found.find((each) => each.name === name);
      expect({ name, set: cmdlet?.default ?? '', class: cmdlet?.class }).toEqual({
        name,
        set: CMDLETS.cmdlets[name]?.defaultSet ?? '',
        class: className(name),
      });
      expect({ name, params: cmdlet?.params.map(foundText).toSorted() }).toEqual({
        name,
        params: factsText(name),
      });
    }
  });

  test.each([
    ['an unknown name', 'Get-VM -Nope x', 'NamedParameterNotFound', 'Get-VM'],
    ['an ambiguous abbreviation', 'Set-VM -Name x -AutomaticCritical Pause', 'AmbiguousParameter', 'Set-VM'],
    ['a missing path', 'New-VHD -SizeBytes 1GB', 'MissingMandatoryParameter', 'New-VHD'],
    [
      'a set that does not hold both',
      String.raw`Move-VM -Name x -DestinationHost hv02 -IncludeStorage -VirtualMachinePath D:\x`,
      'AmbiguousParameterSet',
      'Move-VM',
    ],
    [
      'a value that is not one of the few',
      'New-VM -Name x -Generation 3',
      'ParameterArgumentValidationError',
      'New-VM',
    ],
    ['an empty text', "Set-VM -Name x -Notes ''", 'ParameterArgumentValidationError', 'Set-VM'],
    ['a text for an identity', 'Get-VM -Id x', 'CannotConvertArgumentNoMessage', 'Get-VM'],
    ['a text for a machine', 'Start-VM -VM x', 'CannotConvertArgumentNoMessage', 'Start-VM'],
    ['one argument too many', 'Start-VM a b', 'PositionalParameterNotFound', 'Start-VM'],
  ])('refuse %s', async (_, script, id, cmdlet) => {
    expect((await one.error(script)).id).toBe(`${id},${className(cmdlet)}`);
  });
});

describeWithPowerShell('the simulated cmdlets', () => {
  let one: HostShell;
  beforeAll(() => {
    begin();
    one = shell();
  });
  afterAll(end);

  test.each([
    ['a name that is no machine', 'Get-VM -Name nobody', 'InvalidParameter', 'Get-VM', ''],
    [
      'an identity that is no machine',
      'Get-VM -Id 00000000-0000-0000-0000-000000000001',
      'ObjectNotFound',
      'Get-VM',
      '',
    ],
    [
      'removing what runs',
      `${MADE} Start-VM -VM $vm; Remove-VM -VM $vm -Force`,
      'InvalidState',
      'Remove-VM',
      '',
    ],
    [
      'processors of what runs',
      `${MADE} Start-VM -VM $vm; Set-VMProcessor -VM $vm -Count 2`,
      'InvalidState',
      'Set-VMProcessor',
      '',
    ],
    [
      'a second file of the name',
      `${MADE} New-VHD -Path D:\\Octopus\\m-1\\disk.vhdx -ParentPath ${BASE}`,
      'OperationFailed',
      'New-VHD',
      '80070050',
    ],
    [
      'a parent that is not there',
      'New-VHD -Path D:\\x.vhdx -ParentPath D:\\no.vhdx',
      'InvalidParameter',
      'New-VHD',
      '',
    ],
    [
      'more memory than there is',
      `${MADE} Set-VMMemory -VM $vm -StartupBytes 64GB; Start-VM -VM $vm`,
      'OutOfMemory',
      'Start-VM',
      '800705AA',
    ],
    [
      'memory outside of its range',
      `${MADE} Set-VMMemory -VM $vm -DynamicMemoryEnabled $true -MinimumBytes 1GB; Set-VMMemory -VM $vm -MaximumBytes 1GB`,
      'InvalidParameter',
      'Set-VMMemory',
      '',
    ],
    [
      'a medium on a share',
      `${MADE} Add-VMDvdDrive -VM $vm -Path \\\\nas\\seed.iso`,
      'AccessDenied',
      'Add-VMDvdDrive',
      '80070005',
    ],
    [
      'a name that is a path',
      'New-VM -Name ..\\..\\x -Generation 2',
      'OperationFailed',
      'New-VM',
      '8007007B',
    ],
    [
      'a device for a file',
      'New-VHD -Path D:\\nul.vhdx -SizeBytes 1GB',
      'OperationFailed',
      'New-VHD',
      '8007007B',
    ],
    [
      'a checkpoint where none may be',
      `${MADE} Set-VM -VM $vm -CheckpointType Disabled; Checkpoint-VM -VM $vm`,
      'OperationFailed',
      'Checkpoint-VM',
      '',
    ],
    [
      'a move without storage',
      `${MADE} Move-VM -Name box -DestinationHost hv02`,
      'OperationFailed',
      'Move-VM',
      '',
    ],
    [
      'a disk that is none',
      'Set-Content D:\\x.vhdx no; Get-VHD -Path D:\\x.vhdx',
      'OperationFailed',
      'Get-VHD',
      '80070570',
    ],
  ])('refuse %s', async (_, script, id, cmdlet, hresult) => {
    const error = await one.error(script);
    expect(error).toMatchObject({
      id: `${id},${className(cmdlet)}`,
      type: 'Microsoft.HyperV.PowerShell.VirtualizationException',
      hresult: hresult === '' ? '80131500' : hresult,
    });
  });
});

describeWithPowerShell('the simulated hosts', () => {
  beforeEach(begin);
  afterEach(end);

  test('show a machine with the properties that the real one has', async () => {
    const [machine] = await shell().run<Record<string, unknown>>(`${MADE}
      Get-VM -Id $vm.Id | Select-Object Name, State, Generation, ProcessorCount, MemoryStartup, Heartbeat, Path, @{ n = 'Disk'; e = { $_.HardDrives[0].Path } }, VMName`);
    expect(machine).toEqual({
      Name: 'box',
      State: 'Off',
      Generation: 2,
      ProcessorCount: 1,
      MemoryStartup: 2 ** 31,
      Heartbeat: null,
      VMName: 'box',
      Path: String.raw`D:\Octopus\m-1\box`,
      Disk: String.raw`D:\Octopus\m-1\disk.vhdx`,
    });
  });

  test('are the same for every process', async () => {
    const [one, other] = [shell(), shell()];
    await one.run(`${MADE} Start-VM -VM $vm`);
    expect(await other.run('(Get-VM).State')).toEqual(['Running']);
    await other.run(`${FOUND} Stop-VM -VM $vm -TurnOff`);
    expect(await one.run('(Get-VM).State')).toEqual(['Off']);
    expect(await shell('hv02').run('@(Get-VM).Count')).toEqual([0]);
  });

  test('a base that was written to since breaks its children, and says so', async () => {
    const one = shell();
    await one.run(`${MADE} $null = New-VHD -Path D:\\Octopus\\m-1\\top.vhdx -ParentPath D:\\Octopus\\m-1\\disk.vhdx
      $null = New-VHD -Path D:\\Octopus\\m-1\\beside.vhdx -ParentPath D:\\Octopus\\m-1\\disk.vhdx
      Merge-VHD -Path D:\\Octopus\\m-1\\top.vhdx`);
    expect((await one.error('Get-VHD -Path D:\\Octopus\\m-1\\beside.vhdx')).hresult).toBe('C03A000E');
    await one.run(`Remove-Item ${BASE}`);
    expect((await one.error(`${FOUND} Start-VM -VM $vm`)).hresult).toBe('C03A000D');
  });

  test('two disks of one base at the same time: one is refused', async () => {
    const [one, other] = [shell(), shell()];
    site.setPace(LATER);
    const first = one.run(disk('a'));
    await until(() => site.underWay('hv01').includes('new-vhd'));
    expect((await other.error(disk('b'))).hresult).toBe('80070020');
    site.setPace(0);
    await first;
    await other.run(disk('b'));
  });

  test('a removed checkpoint is merged after the call, and nothing else happens to the machine until then', async () => {
    const one = shell();
    await one.run(`${MADE} Checkpoint-VM -VM $vm -SnapshotName before`);
    site.setPace(LATER);
    await one.run(`${FOUND} Remove-VMSnapshot -VM $vm -Name before`);
    expect(await one.run(`${FOUND} "$($vm.SecondaryOperationalStatus)"`)).toEqual(['MergingDisks']);
    expect((await one.error(`${FOUND} Start-VM -VM $vm`)).id).toBe(`InvalidState,${className('Start-VM')}`);
    site.setPace(0);
    expect(await one.run(`${FOUND} "$($vm.PrimaryOperationalStatus)"; $vm.HardDrives.Path`)).toEqual([
      'Ok',
      String.raw`D:\Octopus\m-1\disk.vhdx`,
    ]);
  });

  test('a move takes machine and disk, its base stays on both, and needs it or takes it along', async () => {
    const one = shell();
    await one.run(
      `${MADE} Start-VM -VM $vm; Move-VM -VM $vm -DestinationHost hv02 -IncludeStorage -DestinationStoragePath D:\\Octopus\\m-1 -RetainVhdCopiesOnSource`,
    );
    expect(await one.run('@(Get-VM).Count; (Get-VM -ComputerName hv02).State')).toEqual([0, 'Running']);
    expect(existsSync(site.real('hv01', BASE))).toBe(true);
    expect(existsSync(site.real('hv01', String.raw`D:\Octopus\m-1\disk.vhdx`))).toBe(false);
  });

  test('a plain move removes the base that others use, as the real one may', async () => {
    await shell().run(
      `${MADE} Move-VM -VM $vm -DestinationHost hv02 -IncludeStorage -DestinationStoragePath D:\\Octopus\\m-1`,
    );
    expect(existsSync(site.real('hv01', BASE))).toBe(false);
  });

  test('what was begun goes on when the shell is killed; a definition is left half done', async () => {
    const [one, other] = [shell(), shell()];
    site.setPace(LATER);
    const made = one.run(disk('a'));
    await until(() => site.underWay('hv01').includes('new-vhd'));
    await one.kill();
    await expect(made).rejects.toThrow('the shell has ended');
    site.setPace(0);
    expect(await other.run('(Get-VHD D:\\a.vhdx).VhdType')).toEqual(['Differencing']);

    site.setPace(LATER);
    const machine = other.run('New-VM -Name box -Generation 2 -VHDPath D:\\a.vhdx -MemoryStartupBytes 2GB');
    await until(() => site.machines('hv01').length > 0);
    await other.kill();
    await expect(machine).rejects.toThrow('the shell has ended');
    site.setPace(0);
    expect(await shell().run('(Get-VM).MemoryStartup; @((Get-VM).HardDrives).Count')).toEqual([
      512 * 2 ** 20,
      0,
    ]);
  });

  test('errors on command: once, for this machine, before or after; a lost session; a call that hangs', async () => {
    const one = shell();
    await one.run(MADE);
    site.fail({ cmdlet: 'Start-VM', error: 'sharing-violation', about: 'box' });
    site.fail({ cmdlet: 'Start-VM', error: 'access-denied', about: 'another' });
    expect(await one.error(`${FOUND} Start-VM -VM $vm`)).toMatchObject({
      id: `OperationFailed,${className('Start-VM')}`,
      hresult: '80070020',
    });
    site.fail({ cmdlet: 'Start-VM', error: 'unspecified', when: 'after' });
    expect((await one.error(`${FOUND} Start-VM -VM $vm`)).id).toBe(`Unspecified,${className('Start-VM')}`);
    expect(await one.run('(Get-VM).State')).toEqual(['Running']);
    site.fail({ cmdlet: 'Get-VM', error: 'lost' });
    await expect(one.run('Get-VM')).rejects.toThrow('the shell has ended');
    const other = shell();
    site.fail({ cmdlet: 'Stop-VM', error: 'hang' });
    const hanging = other.run(`${FOUND} Stop-VM -VM $vm -TurnOff`).catch(() => 'killed');
    await until(() => site.arranged().length === 1);
    await other.kill();
    expect(await hanging).toBe('killed');
    expect(await shell().run('(Get-VM).State')).toEqual(['Running']);
  });

  test('a host that vanished ends its sessions; one without power comes back with its machines off', async () => {
    const one = shell();
    await one.run(`${MADE} Start-VM -VM $vm`);
    site.vanish('hv01');
    await expect(one.run('Get-VM')).rejects.toThrow('the shell has ended');
    expect((await shell('hv02').error('Get-VM -ComputerName hv01')).hresult).toBe('800706BA');
    site.comeBack('hv01');
    expect(await shell().run('(Get-VM).State')).toEqual(['Running']);
    site.switchOff('hv01');
    site.switchOn('hv01');
    expect(await shell().run('(Get-VM).State')).toEqual(['Off']);
  });

  test('Stop-Computer switches the simulated host off and nothing else', async () => {
    await shell().run('Get-VMHost; Stop-Computer -Force');
    expect(site.power('hv01')).toBe('off');
    expect(site.power('hv02')).toBe('on');
  });
});

interface Found {
  readonly name: string;
  readonly default: string;
  readonly class: string;
  readonly params: readonly FoundParameter[];
}

interface FoundParameter {
  readonly name: string;
  readonly type: string;
  readonly aliases: readonly string[];
  readonly values: readonly string[];
  readonly sets: readonly {
    set: string;
    mandatory: boolean;
    position: number;
    pipeline: boolean;
    byName: boolean;
  }[];
}

/** One line for one parameter, the same from both sides. */
function foundText({ name, type, aliases, values, sets }: FoundParameter): string {
  const places = sets.map(({ set, mandatory, position, pipeline, byName }) =>
    [set.replace('__AllParameterSets', '*'), mandatory, position < 0 ? '-' : position, pipeline, byName].join(
      ' ',
    ),
  );
  return [name, plainType(type), ...aliases.toSorted(), ...values.toSorted(), ...places.toSorted()].join(
    ' | ',
  );
}

function factsText(name: string): string[] {
  return Object.entries(CMDLETS.cmdlets[name]?.params ?? {})
    .filter(
      ([, { versions }]) => versions === undefined || versions.some((release) => release.startsWith('7')),
    )
    .map(([parameter, facts]) => {
      const places = Object.entries(facts.in).map(([set, at]) =>
        [
          set,
          at.mandatory ?? false,
          at.position ?? '-',
          at.pipeline ?? false,
          at.pipelineByName ?? false,
        ].join(' '),
      );
      const { aliases = [], values = [] } = facts;
      return [
        parameter,
        plainType(facts.type),
        ...aliases.toSorted(),
        ...values.toSorted(),
        ...places.toSorted(),
      ].join(' | ');
    })
    .toSorted();
}

/** `System.Nullable`1[[System.Int64, …]]` and `long?` are the same; nullable only where the type can be. */
function plainType(type: string): string {
  const inner = /^System\.Nullable`1\[\[([^,\]]+)/.exec(type)?.[1];
  if (inner !== undefined) return `${plainType(inner)}?`;
  const array = type.endsWith('[]');
  const bare = (array ? type.slice(0, -2) : type).replace(
    /^System\.(?:Management\.Automation\.|Collections\.)?(?=\w+\??$)/,
    '',
  );
  const short: Readonly<Record<string, string>> = {
    String: 'string',
    Int32: 'int',
    Int64: 'long',
    Int16: 'int16',
    UInt16: 'uint16',
    UInt32: 'uint32',
    UInt64: 'uint64',
    Boolean: 'bool',
    Byte: 'byte',
    Guid: 'guid',
    TimeSpan: 'timespan',
    Version: 'version',
    SwitchParameter: 'switch',
    PSObject: 'psobject',
    PSCredential: 'pscredential',
    Hashtable: 'hashtable',
    ciminstance: 'psobject',
    'Microsoft.Management.Infrastructure.CimInstance': 'psobject',
    'Microsoft.Management.Infrastructure.CimClass': 'psobject',
    'Microsoft.Management.Infrastructure.CimSession': 'CimSession',
  };
  return `${short[bare] ?? bare}${array ? '[]' : ''}`;
}
