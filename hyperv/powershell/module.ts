import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { NoAnswer } from './call.ts';
import type { Shell } from './shell.ts';

/** A file of the module as it is sent. */
interface ModuleFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** The module beside this file, and the version that its bytes make. */
export interface HostModule {
  /** SHA-256 over names and bytes, in hex. */
  readonly version: string;
  readonly files: readonly ModuleFile[];
}

/** Lines are kept short: nothing between here and the host has to take more than this at once. */
const CHUNK = 16_384;

/** Reads the module's scripts. Throws what the file system throws. */
export function hostModule(folder: string = import.meta.dirname): HostModule {
  const files = readdirSync(folder)
    .filter((name) => /\.psm?1$/.test(name))
    .toSorted()
    .map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
  const hash = createHash('sha256');
  for (const { name, bytes } of files) hash.update(`${name}\0${bytes.length}\0`).update(bytes);
  return { version: hash.digest('hex'), files };
}

/**
 * Makes a fresh shell ready: the module is copied to the host unless this version lies there, whole and unchanged, and
 * is loaded. Lines are single statements; whatever a value could hold is inside base64.
 */
export async function prepare(
  shell: Shell,
  folder: string,
  { version, files }: HostModule,
  deadlineMs: number,
): Promise<void> {
  const until = performance.now() + deadlineMs;
  const say = (line: string): Promise<string> => shell.run(line, Math.max(1, until - performance.now()));
  for (const line of [...PREAMBLE, ...shell.start.opening]) await say(line);
  if (shell.start.module === 'installed') return;
  const run = (code: string): Promise<string> => say(shell.start.printed(code));
  for (const line of PREAMBLE) await run(line);
  const place = `$OctopusModule=[IO.Path]::Combine(${literal(folder)},'module','${version.slice(0, 16)}')`;
  await run(`${place};[void][IO.Directory]::CreateDirectory($OctopusModule)`);
  const wanted = files.map(({ name, bytes }) => `${name}=${sha256(bytes)}`);
  const lying = new Set((await run(HASHES)).split(/\s+/));
  for (const [index, { name, bytes }] of files.entries())
    if (!lying.has(wanted[index] ?? '')) await send(run, name, bytes);
  const said = (await run(HASHES)).split(/\s+/);
  if (!wanted.every((file) => said.includes(file)))
    throw new NoAnswer(
      `the module could not be copied to the host: ${shell.stderr.slice(0, 400) || 'its bytes differ'}`,
    );
  const loaded = await run(
    "Import-Module -Name ([IO.Path]::Combine($OctopusModule,'Octopus.HyperV.psm1'));'loaded'",
  );
  if (!loaded.includes('loaded'))
    throw new NoAnswer(`the module could not be loaded: ${shell.stderr.slice(0, 400)}`);
}

/** Progress, warnings and colours would stand between the answers; text is UTF-8 on both sides. */
const PREAMBLE = [
  "$ProgressPreference='SilentlyContinue';$WarningPreference='SilentlyContinue';$InformationPreference='SilentlyContinue';$ErrorActionPreference='Stop'",
  // A process without a console has no encodings to set; what crosses is base64 anyway.
  'try{[Console]::OutputEncoding=[Console]::InputEncoding=$OutputEncoding=New-Object System.Text.UTF8Encoding $false}catch{}',
];

/** Gives `name=hash` of every script that lies in the module's folder. */
const HASHES = `foreach($f in [IO.Directory]::GetFiles($OctopusModule)){$h=[Security.Cryptography.SHA256]::Create();[IO.Path]::GetFileName($f)+'='+[BitConverter]::ToString($h.ComputeHash([IO.File]::ReadAllBytes($f))).Replace('-','').ToLowerInvariant();$h.Dispose()}`;

async function send(run: (line: string) => Promise<string>, name: string, bytes: Buffer): Promise<void> {
  await run('$OctopusPart=New-Object System.Text.StringBuilder');
  const text = gzipSync(bytes).toString('base64');
  for (let from = 0; from < text.length; from += CHUNK)
    await run(`[void]$OctopusPart.Append('${text.slice(from, from + CHUNK)}')`);
  // Written aside first: two shells that open at once must not load each other's halves.
  await run(
    `$OctopusIn=New-Object IO.Compression.GZipStream((New-Object IO.MemoryStream(,[Convert]::FromBase64String($OctopusPart.ToString()))),[IO.Compression.CompressionMode]::Decompress);$OctopusOut=New-Object IO.MemoryStream;$OctopusIn.CopyTo($OctopusOut);$OctopusNew=[IO.Path]::Combine($OctopusModule,'${name}.'+[Guid]::NewGuid().ToString('n'));[IO.File]::WriteAllBytes($OctopusNew,$OctopusOut.ToArray())`,
  );
  await run(
    `try{[IO.File]::Delete([IO.Path]::Combine($OctopusModule,'${name}'));[IO.File]::Move($OctopusNew,[IO.Path]::Combine($OctopusModule,'${name}'))}catch{[IO.File]::Delete($OctopusNew)}`,
  );
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Any text as an expression of PowerShell that holds nothing but base64. */
export function literal(text: string): string {
  return `[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('${Buffer.from(text, 'utf8').toString('base64')}'))`;
}
