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

/** Where the module is kept: in the folder of Octopus at the host, or, when nothing may change there, in memory alone. */
export type Keeping = { readonly folder: string } | 'memory';

/**
 * Makes a fresh shell ready: the module is copied to the host unless this version lies there, whole and unchanged, and
 * is loaded. Lines are single statements; whatever a value could hold is inside base64.
 */
export async function prepare(
  shell: Shell,
  keeping: Keeping,
  module: HostModule,
  deadlineMs: number,
): Promise<void> {
  const until = performance.now() + deadlineMs;
  const say = (line: string): Promise<string> => shell.run(line, Math.max(1, until - performance.now()));
  for (const line of [...PREAMBLE, ...shell.start.opening]) await say(line);
  if (shell.start.module === 'installed') return;
  const run = (code: string): Promise<string> => say(shell.start.printed(code));
  for (const line of PREAMBLE) await run(line);
  const load =
    keeping === 'memory' ? await remember(run, module) : await copy(run, keeping.folder, module, shell);
  if (!(await run(`${load};'loaded'`)).includes('loaded'))
    throw new NoAnswer(`the module could not be loaded: ${shell.stderr.slice(0, 400)}`);
}

type Run = (code: string) => Promise<string>;

/** Copies what is not there yet; gives the code that loads it. */
async function copy(run: Run, folder: string, { version, files }: HostModule, shell: Shell): Promise<string> {
  const place = `$OctopusModule=[IO.Path]::Combine(${literal(folder)},'module','${version.slice(0, 16)}')`;
  await run(`${place};[void][IO.Directory]::CreateDirectory($OctopusModule)`);
  await run(HASH);
  const wanted = files.map(({ name, bytes }) => `${name}=${sha256(bytes)}`);
  const lying = new Set((await run(HASHES)).split(/\s+/));
  for (const [index, { name, bytes }] of files.entries())
    if (!lying.has(wanted[index] ?? '')) await write(run, name, bytes);
  const said = (await run(HASHES)).split(/\s+/);
  if (!wanted.every((file) => said.includes(file)))
    throw new NoAnswer(
      `the module could not be copied to the host: ${shell.stderr.slice(0, 400) || 'its bytes differ'}`,
    );
  return `Import-Module -Name ([IO.Path]::Combine($OctopusModule,'${MAIN}'))`;
}

/** Keeps the module in a variable of the session; gives the code that loads it. */
async function remember(run: Run, { files }: HostModule): Promise<string> {
  const parts = files.filter(({ name }) => name !== MAIN);
  const main = files.filter(({ name }) => name === MAIN);
  await send(run, Buffer.concat([...parts, ...main].flatMap(({ bytes }) => [bytes, Buffer.from('\n')])));
  return 'New-Module -Name Octopus.HyperV -ScriptBlock ([scriptblock]::Create([Text.Encoding]::UTF8.GetString($OctopusOut.ToArray())))|Import-Module';
}

const MAIN = 'Octopus.HyperV.psm1';

/** Progress, warnings and colours would stand between the answers; text is UTF-8 on both sides. */
const PREAMBLE = [
  "$ProgressPreference='SilentlyContinue';$WarningPreference='SilentlyContinue';$InformationPreference='SilentlyContinue';$ErrorActionPreference='Stop'",
  // A process without a console has no encodings to set; what crosses is base64 anyway.
  'try{[Console]::OutputEncoding=[Console]::InputEncoding=$OutputEncoding=New-Object System.Text.UTF8Encoding $false}catch{}',
];

/** The hash of a file in hex; nothing of one that is not there, or that another shell is just replacing. */
const HASH =
  "$OctopusHash={param($p) try{$h=[Security.Cryptography.SHA256]::Create();[BitConverter]::ToString($h.ComputeHash([IO.File]::ReadAllBytes($p))).Replace('-','').ToLowerInvariant()}catch{''}}";

/** Gives `name=hash` of every script that lies in the module's folder. */
const HASHES =
  "foreach($f in [IO.Directory]::GetFiles($OctopusModule)){if($f -match '\\.psm?1$'){[IO.Path]::GetFileName($f)+'='+(& $OctopusHash $f)}}";

/** Brings bytes to the host, into `$OctopusOut`. */
async function send(run: Run, bytes: Buffer): Promise<void> {
  await run('$OctopusPart=New-Object System.Text.StringBuilder');
  const text = gzipSync(bytes).toString('base64');
  for (let from = 0; from < text.length; from += CHUNK)
    await run(`[void]$OctopusPart.Append('${text.slice(from, from + CHUNK)}')`);
  await run(
    '$OctopusIn=New-Object IO.Compression.GZipStream((New-Object IO.MemoryStream(,[Convert]::FromBase64String($OctopusPart.ToString()))),[IO.Compression.CompressionMode]::Decompress);$OctopusOut=New-Object IO.MemoryStream;$OctopusIn.CopyTo($OctopusOut)',
  );
}

/**
 * Writes a file of the module: aside first, and into place only where the right one is not there yet. Shells that open at
 * the same time do the same, and none must load another's half, or find a file gone that it has just seen.
 */
async function write(run: Run, name: string, bytes: Buffer): Promise<void> {
  await send(run, bytes);
  await run(
    `$OctopusFile=[IO.Path]::Combine($OctopusModule,'${name}');$OctopusNew=$OctopusFile+'.'+[Guid]::NewGuid().ToString('n');[IO.File]::WriteAllBytes($OctopusNew,$OctopusOut.ToArray())`,
  );
  await run(
    `try{if([IO.File]::Exists($OctopusFile) -and (& $OctopusHash $OctopusFile) -ne '${sha256(bytes)}'){[IO.File]::Delete($OctopusFile)};[IO.File]::Move($OctopusNew,$OctopusFile)}catch{[IO.File]::Delete($OctopusNew)}`,
  );
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Any text as an expression of PowerShell that holds nothing but base64. */
export function literal(text: string): string {
  return `[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('${Buffer.from(text, 'utf8').toString('base64')}'))`;
}
