import { createHmac, randomBytes } from 'node:crypto';
import type { Seed } from '../hypervisor.ts';
import { hostLabel } from './cloud-init.ts';

/** Where administrators' keys lie for the OpenSSH server of Windows. */
const KEYS = String.raw`%ProgramData%\ssh\administrators_authorized_keys`;

/** Passwords of the local administrator are made of it; it is gone with the process, and so nobody can make them again. */
const secret = randomBytes(32);

/**
 * What a generalised Windows reads at its first start from the root of a CD: its name, and no questions. Keys are copied to
 * where its OpenSSH server looks for those of administrators. The password of the local administrator is one that nobody
 * knows: whoever has come in by a key may set another.
 */
export function unattend(machine: string, { hostname, keys }: Seed): Readonly<Record<string, string>> {
  const answers = answerFile(computerName(hostname), password(machine, keys));
  return {
    authorized_keys: lines(keys),
    'autounattend.xml': answers,
    'octopus.cmd': lines(SCRIPT),
    'unattend.xml': answers,
  };
}

/** NetBIOS has room for 15, and refuses numbers. */
function computerName(hostname: string): string {
  const label = hostLabel(hostname, 15);
  return /^\d+$/.test(label) ? `m-${label}`.slice(0, 15) : label;
}

/** Every kind of character that Windows may ask for, and 160 bits. */
function password(machine: string, keys: readonly string[]): string {
  const bits = createHmac('sha256', secret)
    .update(JSON.stringify([machine, keys]))
    .digest('base64url');
  return `Oc1-${bits.slice(0, 27)}`;
}

/** Of the CD it is started from; SYSTEM and Administrators alone may read keys, or the server takes none. */
const SCRIPT = [
  '@echo off',
  String.raw`if not exist "%ProgramData%\ssh" mkdir "%ProgramData%\ssh"`,
  `copy /y "%~dp0authorized_keys" "${KEYS}"`,
  `attrib -r "${KEYS}"`,
  `icacls "${KEYS}" /inheritance:r /grant *S-1-5-32-544:F /grant *S-1-5-18:F`,
  // Windows runs this when setup has ended: the host is told then, and takes the CD with the password out.
  String.raw`if not exist "%SystemRoot%\Setup\Scripts" mkdir "%SystemRoot%\Setup\Scripts"`,
  String.raw`echo.>>"%SystemRoot%\Setup\Scripts\SetupComplete.cmd"`,
  String.raw`echo reg add "HKLM\SOFTWARE\Microsoft\Virtual Machine\Guest" /v OctopusSeed /t REG_SZ /d read /f>>"%SystemRoot%\Setup\Scripts\SetupComplete.cmd"`,
];

/** The letter of the CD is not known beforehand. */
const RUN = String.raw`cmd.exe /c for %d in (D E F G H) do if exist %d:\octopus.cmd call %d:\octopus.cmd`;

function answerFile(name: string, administrator: string): string {
  return lines([
    '<?xml version="1.0" encoding="utf-8"?>',
    '<unattend xmlns="urn:schemas-microsoft-com:unattend" xmlns:wcm="http://schemas.microsoft.com/WMIConfig/2002/State">',
    '  <settings pass="specialize">',
    ...component('Microsoft-Windows-Shell-Setup', [`<ComputerName>${xml(name)}</ComputerName>`]),
    ...component('Microsoft-Windows-Deployment', [
      '<RunSynchronous>',
      '  <RunSynchronousCommand wcm:action="add">',
      '    <Order>1</Order>',
      `    <Path>${xml(RUN)}</Path>`,
      '  </RunSynchronousCommand>',
      '</RunSynchronous>',
    ]),
    '  </settings>',
    '  <settings pass="oobeSystem">',
    ...component('Microsoft-Windows-Shell-Setup', [
      '<OOBE>',
      '  <HideEULAPage>true</HideEULAPage>',
      '  <HideOnlineAccountScreens>true</HideOnlineAccountScreens>',
      '  <HideWirelessSetupInOOBE>true</HideWirelessSetupInOOBE>',
      '  <ProtectYourPC>3</ProtectYourPC>',
      '</OOBE>',
      '<UserAccounts>',
      '  <AdministratorPassword>',
      `    <Value>${xml(administrator)}</Value>`,
      '    <PlainText>true</PlainText>',
      '  </AdministratorPassword>',
      '</UserAccounts>',
    ]),
    '  </settings>',
    '</unattend>',
  ]);
}

function component(of: string, body: readonly string[]): readonly string[] {
  return [
    `    <component name="${of}" processorArchitecture="amd64" publicKeyToken="31bf3856ad364e35" language="neutral" versionScope="nonSxS">`,
    ...body.map((line) => `      ${line}`),
    '    </component>',
  ];
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\r\n`).join('');
}

function xml(text: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&apos;',
  };
  return text.replaceAll(/[&<>"']/g, (character) => names[character] ?? '');
}
