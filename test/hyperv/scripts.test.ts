import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { SimulatedSite } from './module/site.ts';
import { HostShell } from './host-shell.ts';
import { describeWithPowerShell } from './powershell.ts';
import { checkScripts, type Finding } from './scripts/check.ts';
import { saidLines } from './scripts/lines.ts';

const MODULE = join(import.meta.dirname, '..', '..', 'hyperv', 'powershell');

/** Each line is a script of its own; what is found of it stands behind it. */
const WRONG: readonly (readonly [string, Finding['code'] | 'nothing'])[] = [
  // What is called.
  ['Get-VM -Name x', 'nothing'],
  ['Hyper-V\\Get-VM -Id $id', 'nothing'],
  ['Get-Machine -Name x', 'unknown-cmdlet'],
  ['FailoverClusters\\Get-VM', 'wrong-module'],
  ['& $name -Force', 'dynamic-command'],
  ['& { 1 }', 'nothing'],
  // Names of parameters.
  ['Start-VM -Name x -Force', 'unknown-parameter'],
  ['Set-VM -VM $vm -Note x', 'nothing'],
  ['Set-VM -VM $vm -Automatic Start', 'ambiguous-parameter'],
  ['Get-VM -VMName x', 'nothing'],
  ['Stop-VM -VM $vm -TurnOff -TurnOff', 'given-twice'],
  ['Get-VM -ErrorAction Stop -ea Stop', 'given-twice'],
  ['Get-VM -WhatIf', 'unknown-parameter'],
  ['Remove-VM -VM $vm -Force -Confirm:$false', 'nothing'],
  // Parameter sets.
  ['Move-VM -VM $vm -DestinationHost hv02 -IncludeStorage -VirtualMachinePath D:\\x', 'no-parameter-set'],
  ['Move-VM -VM $vm -DestinationHost hv02 -IncludeStorage -DestinationStoragePath D:\\x', 'nothing'],
  ['Move-VM -VM $vm -DestinationHost hv02', 'ambiguous-parameter-set'],
  ['Move-VM -Name x -DestinationHost hv02', 'nothing'],
  ['New-VHD -Path x.vhdx -ParentPath y.vhdx -Dynamic', 'no-parameter-set'],
  ['New-VM -Name x -NoVHD -VHDPath y.vhdx', 'no-parameter-set'],
  ['Import-VM -Path x.vmcx -Copy -Register', 'no-parameter-set'],
  // What must be given.
  ['New-VHD -SizeBytes 1GB', 'missing-mandatory'],
  ['New-VHD x.vhdx 1GB', 'nothing'],
  ['New-VHD x.vhdx', 'missing-mandatory'],
  ['Stop-VM -TurnOff', 'missing-mandatory'],
  ['$vm | Stop-VM -TurnOff', 'nothing'],
  ['Connect-VMNetworkAdapter -VMNetworkAdapter $a', 'missing-mandatory'],
  ['Checkpoint-VM -VM $vm a b', 'too-many-arguments'],
  ['Get-CimInstance -ClassName Win32_OperatingSystem -Namespace root/cimv2', 'nothing'],
  // Values.
  ['New-VM -Name x -Generation 3', 'bad-value'],
  ['Set-VMFirmware -VM $vm -EnableSecureBoot Maybe', 'bad-value'],
  ['Set-VM -VM $vm -CheckpointType Disabled', 'nothing'],
  // Tables that are splatted.
  ['$t = @{ VM = $vm; Notes = "x" }; $t["NewVMName"] = "y"; Set-VM @t', 'nothing'],
  ['$t = @{ VM = $vm; Nots = "x" }; Set-VM @t', 'unknown-parameter'],
  ['$t = ConvertFrom-Json $x; Set-VM @t', 'unknown-splat'],
  ['Set-VM @args', 'unknown-splat'],
  // Functions of our own.
  ['function Read-One { param([Parameter(Mandatory)] $What) $What }; Read-One -What 1', 'nothing'],
  ['function Read-Two { param([Parameter(Mandatory)] $What) $What }; Read-Two', 'missing-mandatory'],
  ['function Read-Three { param($What) $What }; Read-Three -Which 1', 'unknown-parameter'],
  // What Windows PowerShell 5.1 lacks.
  ['$a = $b ? 1 : 2', 'not-in-5.1'],
  ['$a = $b ?? 1', 'not-in-5.1'],
  ['$a ??= 1', 'not-in-5.1'],
  ['${a}?.Length', 'not-in-5.1'],
  ['${a}?.Trim()', 'not-in-5.1'],
  ['${a}?[0]', 'not-in-5.1'],
  ['Get-VM && Get-VMHost', 'not-in-5.1'],
  ['Get-VM || Get-VMHost', 'not-in-5.1'],
  ['function Read-Four { process { } clean { } }', 'not-in-5.1'],
  ['Get-VM &', 'not-in-5.1'],
  ['if ($IsWindows) { 1 }', 'not-in-5.1'],
  ['$a = 0b101', 'not-in-5.1'],
  ['$a = 5uy', 'not-in-5.1'],
  ['$a = 10n', 'not-in-5.1'],
  ['$a = 5KB, 0x1F, 1.5, 7L, 2d', 'nothing'],
  ['$a = "`u{1F600}"', 'not-in-5.1'],
  ['$a = "`e[0m"', 'not-in-5.1'],
  ['$a = "``e `n"', 'nothing'],
  ["$a = 'a'..'z'", 'not-in-5.1'],
  ['[math]::Clamp(1, 2, 3)', 'not-in-5.1'],
  ['[System.IO.File]::Move($a, $b, $true)', 'not-in-5.1'],
  ['[System.IO.File]::Move($a, $b)', 'nothing'],
  ['1 | ConvertTo-Json -AsArray', 'not-in-5.1'],
  ['1 | ConvertTo-Json -EnumsAsStrings', 'not-in-5.1'],
  ['1 | ConvertTo-Json -Depth 8 -Compress', 'nothing'],
  ["'1' | ConvertFrom-Json -AsHashtable", 'not-in-5.1'],
  ['1 | ForEach-Object -Parallel { 1 }', 'not-in-5.1'],
  // And what is no PowerShell.
  ['if (', 'syntax'],
  ['$a = "', 'syntax'],
];

/** What PowerShell's binder calls the mistakes that it finds itself. */
const BINDER: Readonly<Record<string, readonly string[]>> = {
  nothing: [''],
  'unknown-parameter': ['NamedParameterNotFound'],
  'ambiguous-parameter': ['AmbiguousParameter'],
  'given-twice': ['ParameterAlreadyBound'],
  'no-parameter-set': ['AmbiguousParameterSet'],
  'ambiguous-parameter-set': ['AmbiguousParameterSet'],
  'missing-mandatory': ['MissingMandatoryParameter', 'AmbiguousParameterSet'],
  'too-many-arguments': ['PositionalParameterNotFound'],
  'bad-value': ['ParameterArgumentValidationError', 'CannotConvertArgumentNoMessage'],
};

describeWithPowerShell('the scripts of the module', () => {
  test('call only what there is, as it is, and run on Windows PowerShell 5.1', () => {
    const scripts = readdirSync(MODULE).filter((file) => /\.psm?1$/.test(file));
    const findings = checkScripts(scripts.map((file) => join(MODULE, file)));
    expect(scripts).toContain('Octopus.HyperV.psm1');
    // A name becomes a command in two places: where the module loads its parts, and where the entry that all calls come
    // through looks a verb up in its table.
    expect(findings.filter(({ code }) => code !== 'dynamic-command')).toEqual([]);
    expect(findings.map(({ file, what }) => [file, what])).toEqual([
      ['Octopus.HyperV.psm1', '([System.IO.Path]::Combine($PSScriptRoot, "$part.ps1"))'],
      ['Octopus.HyperV.psm1', '$script:OctopusVerbs[$verb]'],
    ]);
  });

  // Lines that open a session, bring the module and call a verb stand in TypeScript, and are PowerShell all the same.
  test('no line that the driver says is otherwise', async () => {
    const lines = await saidLines();
    const folder = mkdtempSync(join(tmpdir(), 'said-lines-'));
    try {
      const paths = lines.map((line, index) => {
        const path = join(folder, `${index}.ps1`);
        writeFileSync(path, line);
        return path;
      });
      const findings = checkScripts([join(MODULE, 'Octopus.HyperV.psm1'), ...paths])
        .filter(({ file }) => file.endsWith('.ps1'))
        .map(({ file, code, what }) => [code, what, lines[Number.parseInt(file, 10)]]);
      expect(lines.length).toBeGreaterThan(20);
      // A block that was kept in a variable of the session is called by it.
      expect(
        findings.filter(([code, what]) => code !== 'dynamic-command' || what !== '$OctopusHash'),
      ).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('every kind of mistake is found, and nothing else', () => {
    const folder = mkdtempSync(join(tmpdir(), 'wrong-scripts-'));
    try {
      const paths = WRONG.map(([line], index) => {
        const path = join(folder, `${index}.ps1`);
        writeFileSync(path, line);
        return path;
      });
      const all = checkScripts(paths);
      const codes = WRONG.map(([line], index) => {
        const of = all.filter(({ file }) => file === `${index}.ps1`).map(({ code }) => code);
        return [line, of.length === 0 ? 'nothing' : [...new Set(of)].join(', ')];
      });
      expect(codes).toEqual(WRONG);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  // What the check says of a call, PowerShell's own binder says too, with the simulated cmdlets behind it.
  test('the binder agrees', async () => {
    const site = new SimulatedSite([{ name: 'hv01' }, { name: 'hv02' }]);
    const shell = new HostShell(site, 'hv01');
    try {
      await shell.run(
        '$global:vm = New-VM -Name x -Generation 2; $global:a = Get-VMNetworkAdapter -VM $vm; $global:id = $vm.Id',
      );
      const calls = WRONG.filter(([line, code]) => code in BINDER && /^(?:\$vm \| )?[\w\\]+-VM/.test(line));
      const answers: (readonly [string, string])[] = [];
      for (const [line] of calls) {
        const [id = ''] = await shell.run<string>(
          `try { $null = ${line} } catch { $_.FullyQualifiedErrorId.Split(',')[0] }`,
        );
        answers.push([line, Object.values(BINDER).flat().includes(id) ? id : '']);
      }
      expect(calls.length).toBeGreaterThan(20);
      for (const [index, [line, id]] of answers.entries())
        expect([line, BINDER[calls[index]?.[1] ?? '']]).toEqual([line, expect.arrayContaining([id])]);
    } finally {
      await shell.kill();
      site.end();
    }
  });
});
