import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ShellStart } from '../../hyperv/powershell/shell.ts';
import { shellStart } from '../../hyperv/powershell/transport.ts';
import type { HostName } from '../../policies/model.ts';
import { environment } from './module/build.ts';
import type { SimulatedSite } from './module/site.ts';

/**
 * Programs in the place of ssh, in the site's folder `ways`: one for each host, which says what ssh says when the host is not
 * reached, and starts PowerShell there when it is; and `ssh`, which is called as ssh is and goes the way of the host it is given.
 */
export function layWays(site: SimulatedSite): void {
  mkdirSync(join(site.folder, 'ways'), { recursive: true });
  for (const { name } of site.hosts) lay(site, name, wayOf(site, name));
  lay(
    site,
    'ssh',
    `#!/bin/sh
while [ "$1" != -- ]; do shift; done
way='${join(site.folder, 'ways')}'/"$2"
shift 3
exec "$way" "$@"
`,
  );
}

/** How a shell on a host is started, by its program. */
export function wayTo(site: SimulatedSite, host: HostName): ShellStart {
  return shellStart({ kind: 'local', executable: join(site.folder, 'ways', host) }, host);
}

function wayOf(site: SimulatedSite, host: string): string {
  const at = join(site.folder, 'hosts', host);
  return `#!/bin/sh
read -r power booted < '${at}/power'
if [ -e '${at}/vanished' ] || [ "$power" = off ] || [ "\${booted:-0}" -gt "$(date +%s%3N)" ]; then
  echo 'ssh: connect to host ${host} port 22: Connection timed out' >&2
  exit 255
fi
${Object.entries({ PATH: environment?.['PATH'] ?? '', ...site.environment(host) })
  .map(([name, value]) => `export ${name}='${value}'`)
  .join('\n')}
mkdir -p '${at}/sessions' && touch "${at}/sessions/$$"
exec pwsh "$@"
`;
}

function lay(site: SimulatedSite, name: string, program: string): void {
  writeFileSync(join(site.folder, 'ways', name), program, { mode: 0o755 });
}
