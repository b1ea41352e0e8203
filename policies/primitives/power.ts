import type { Desk } from '../desk.ts';
import type { Host, HostName } from '../model.ts';
import { answering, effect, text, type Primitive } from './primitive.ts';

/** What becomes of hosts. When a person asks, only an administrator may. */
export const powerPrimitives: readonly Primitive[] = [
  answering(
    effect('drain', ['symbol'], 'takes no machine on that host any more', (desk, [name]) =>
      onHost(desk, text(name), (host) => {
        if (host.status === 'draining') return true;
        if (host.status !== 'ready')
          return desk.breach(`${host.name} is ${host.status}: there is nothing to drain`);
        desk.happen({ kind: 'host-changed', host: host.name, status: 'draining' });
        return true;
      }),
    ),
  ),
  answering(
    effect('resume', ['symbol'], 'takes machines on that host again', (desk, [name]) =>
      onHost(desk, text(name), (host) => {
        if (host.status === 'ready' && host.wanted === 'on') return true;
        if (host.status !== 'draining' && host.status !== 'ready')
          return desk.breach(`${host.name} is ${host.status}: it cannot resume`);
        desk.happen({ kind: 'host-changed', host: host.name, status: 'ready', wanted: 'on' });
        return true;
      }),
    ),
  ),
  answering(
    effect(
      'want-off',
      ['symbol'],
      'drains that host and lets it be switched off when it is empty',
      (desk, [name]) =>
        onHost(desk, text(name), (host) => {
          if (host.wanted === 'off' && host.status !== 'ready') return true;
          const drains = host.status === 'ready' ? ({ status: 'draining' } as const) : {};
          desk.happen({ kind: 'host-changed', host: host.name, wanted: 'off', ...drains });
          return true;
        }),
    ),
  ),
  answering(
    effect('power-off', ['symbol'], 'switches an empty host off', (desk, [name]) =>
      onHost(desk, text(name), (host) => {
        if (host.status === 'off' || host.status === 'stopping') return true;
        if (host.status !== 'ready' && host.status !== 'draining')
          return desk.breach(`${host.name} is ${host.status}: it cannot be switched off`);
        if (host.machines > 0 || runsAnything(desk, host.name))
          return desk.breach(`${host.name} is not empty`);
        return desk.create({ kind: 'power-off', host: host.name });
      }),
    ),
  ),
  answering(
    effect('power-on', ['symbol'], 'switches a host on', (desk, [name]) =>
      onHost(desk, text(name), (host) => {
        if (host.status === 'ready' || host.status === 'starting') return true;
        if (host.status !== 'off' && host.status !== 'unreachable' && host.status !== 'stopping')
          return desk.breach(`${host.name} is ${host.status}: it cannot be switched on`);
        desk.happen({ kind: 'host-changed', host: host.name, wanted: 'on' });
        return desk.create({ kind: 'power-on', host: host.name });
      }),
    ),
  ),
];

function onHost(desk: Desk, name: string, act: (host: Host) => boolean): boolean {
  const host = desk.state.hosts.get(name as HostName);
  if (host === undefined) return desk.breach(`there is no host ${name}`);
  const asksOfHosts = desk.command !== null && 'host' in desk.command;
  if (asksOfHosts && desk.speaker?.role !== 'admin') return desk.breach('only an administrator steers hosts');
  if (asksOfHosts) desk.accept();
  return act(host);
}

/** Whether a job or a running machine, also one in its hold that is not stopped yet, still needs the host. */
function runsAnything(desk: Desk, name: HostName): boolean {
  for (const { job } of desk.state.jobs.values())
    if (job.host === name || (job.kind === 'migrate' && job.to === name)) return true;
  for (const machine of desk.state.machines.values())
    if (
      machine.host === name &&
      (machine.phase === 'running' || machine.phase === 'placed' || machine.phase === 'purging')
    )
      return true;
  return false;
}
