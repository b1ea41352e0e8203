import { unreachable, type Host, type UserId } from '../../policies/model.ts';
import type { State } from '../../policies/state.ts';
import type { Block, Card } from '../surface.ts';
import { buttons, plain } from './machine-parts.ts';
import { bar } from './quota-card.ts';
import { counted, sizeInWords } from './words.ts';

const ROWS_MAX = 40;

/** The hosts and how full they are; an administrator who has one host only gets its buttons. */
export function hostsCard(state: State, reader: UserId): Card {
  const hosts = [...state.hosts.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
  if (hosts.length === 0) {
    const text = 'No host is known.';
    return { title: 'Hosts', blocks: [{ kind: 'text', text }], summary: text, tone: 'warning' };
  }
  const shown = hosts.slice(0, ROWS_MAX);
  const blocks: Block[] = [
    { kind: 'table', head: ['Host', 'Status', 'Memory in use', 'Cores', 'Machines'], rows: shown.map(row) },
  ];
  if (hosts.length > shown.length)
    blocks.push({ kind: 'note', text: `and ${counted(hosts.length - shown.length, 'more host')}` });
  if (state.persons.get(reader)?.role === 'admin' && hosts.length === 1)
    blocks.push(
      ...hosts.flatMap((host) => buttons([plain('Drain', { kind: 'drain-host', host: host.name })])),
    );
  const ready = hosts.filter(({ status }) => status === 'ready').length;
  const off = hosts.filter(({ status }) => status === 'off').length;
  const summary = `${counted(hosts.length, 'host')}, ${ready} ready, ${off} off`;
  return { title: 'Hosts', blocks, summary, tone: 'plain' };
}

function row(host: Host): readonly string[] {
  const { name, memory, memoryUsed, cores, coresUsed, machines } = host;
  const use = `${bar(memoryUsed, memory)} ${sizeInWords(memoryUsed)} of ${sizeInWords(memory)}`;
  return [name, statusInWords(host), use, `${coresUsed} of ${cores}`, String(machines)];
}

/** `draining, then off`. */
export function statusInWords({ status, wanted }: Host): string {
  switch (status) {
    case 'ready':
    case 'off':
    case 'starting':
    case 'stopping':
      return status;
    case 'draining':
      return wanted === 'off' ? 'draining, then off' : 'draining';
    case 'unreachable':
      return 'does not answer';
    default:
      return unreachable(status);
  }
}
