import { h } from './dom.js';
import { inUnits } from './time.js';

// The small picture of the cluster: each host a box as wide as its cores, each machine a block in it as wide as its own.
// Packing, moves and switched-off hosts are seen without a word.

/**
 * @typedef {import('./dom.js').Child} Child
 * @typedef {{ name: string, status: string, wanted?: string, cores: number, memory: number, load?: number }} Host
 * @typedef {{ id: string, name: string, lease?: string, cores: number, memory: number, phase: string, host: string | null, movingTo?: string | null, awaits?: string | null }} Machine
 * @typedef {{ id: string, holder: string, phase: string, expires: number }} Lease
 * @typedef {{ machine: Machine, lease: Lease | undefined, state: string, ghost: boolean }} Placed
 * @typedef {{ now: number, users: import('./feed.js').User[], leases: Map<string, Lease>, unit: number }} Drawing `unit`: pixels of a core
 */

const height = 30;
const unitMin = 8;
const unitMax = 22;
/** From here on a row of hosts is broken rather than drawn smaller. */
const unitFair = 11;
const gap = 14;
/** The words beside the hosts, and the width below which they stand above them (cluster.css). */
const wordsWidth = 212;
const besideMin = 832;
const coresDrawnMin = 8;
const frame = 2;

/**
 * @param {unknown} overview hosts, machines and leases
 * @param {number} now
 * @param {import('./feed.js').User[]} users
 * @param {number} width pixels that there are for all of it
 * @returns {Child}
 */
export function cluster(overview, now, users, width) {
  const {
    hosts = [],
    machines = [],
    leases: all = [],
  } = /** @type {{ hosts?: Host[], machines?: Machine[], leases?: Lease[] }} */ (overview ?? {});
  const leases = new Map(all.map((lease) => [lease.id, lease]));
  if (hosts.length === 0) return h('p', { class: 'quiet' }, 'No hosts yet.');
  const on = hosts.filter((host) => host.status !== 'off');
  const waiting = machines.filter((machine) => machine.host === null);
  const unit = unitFor(hosts, width < besideMin ? width : width - wordsWidth);
  const draw = { now, users, leases, unit };
  return [
    h(
      'div',
      { class: 'cluster-words' },
      h(
        'p',
        null,
        h('strong', null, `${on.length} of ${hosts.length}`),
        ' hosts on',
        h('span', { class: 'dot' }, '·'),
        h('strong', null, String(machines.length)),
        machines.length === 1 ? ' machine' : ' machines',
      ),
      h(
        'ul',
        { class: 'legend', 'aria-label': 'Colours' },
        users.map((user) =>
          h(
            'li',
            { key: user.id },
            h('span', { class: `swatch ${colourOf(user.id, users)}` }),
            user.name.split(' ')[0] ?? user.name,
          ),
        ),
      ),
    ),
    h(
      'ul',
      { class: 'hosts', 'aria-label': 'Hosts and the machines on them' },
      hosts.map((host) => hostBox(host, machines, draw)),
      waiting.length > 0 &&
        h(
          'li',
          { key: 'waiting', class: 'host waiting' },
          h('span', { class: 'host-name' }, 'waiting'),
          picture(
            waiting.reduce((sum, machine) => sum + machine.cores, 0),
            'waiting',
            waiting.map((machine) => placed(machine, false, leases)),
            draw,
          ),
        ),
    ),
  ];
}

/**
 * As large as lets the hosts stand in as few even rows as can be read.
 * @param {Host[]} hosts
 * @param {number} width
 */
function unitFor(hosts, width) {
  const cores = hosts.reduce((sum, host) => sum + Math.max(host.cores, coresDrawnMin), 0);
  for (let rows = 1; rows < hosts.length; rows += 1) {
    const inRow = Math.ceil(hosts.length / rows);
    const room = width - inRow * 2 * frame - (inRow - 1) * gap;
    const unit = Math.floor((room * hosts.length) / (cores * inRow));
    if (unit >= unitFair) return Math.min(unitMax, unit);
  }
  return unitMin;
}

/**
 * @param {Machine} machine
 * @param {boolean} ghost
 * @param {Map<string, Lease>} leases
 * @returns {Placed}
 */
function placed(machine, ghost, leases) {
  const lease = machine.lease === undefined ? undefined : leases.get(machine.lease);
  const state = ghost
    ? 'arriving'
    : machine.movingTo
      ? 'leaving'
      : lease?.phase === 'held'
        ? 'held'
        : machine.phase;
  return { machine, lease, state, ghost };
}

/**
 * @param {Host} host
 * @param {Machine[]} machines
 * @param {Drawing} draw
 */
function hostBox(host, machines, draw) {
  const here = machines
    .filter((machine) => machine.host === host.name)
    .map((machine) => placed(machine, false, draw.leases));
  const coming = machines
    .filter((machine) => machine.movingTo === host.name)
    .map((machine) => placed(machine, true, draw.leases));
  const all = [...here, ...coming];
  // A held machine keeps its disk here and takes no cores.
  const taken = all
    .filter(({ state }) => state !== 'held' && state !== 'stopped')
    .reduce((sum, { machine }) => sum + machine.cores, 0);
  return h(
    'li',
    { key: `host ${host.name}`, class: `host ${host.status}` },
    h(
      'span',
      { class: 'host-name' },
      host.name,
      h(
        'span',
        { class: 'host-status' },
        host.status === 'ready' ? `${taken}/${host.cores}` : (statusWords[host.status] ?? host.status),
      ),
    ),
    picture(
      host.cores,
      host.status,
      all,
      draw,
      `${host.name}: ${statusWords[host.status] ?? host.status}, ${taken} of ${host.cores} cores taken. ${all.map(({ machine, state }) => `${machine.name} ${stateWords[state] ?? state}`).join(', ')}`,
    ),
  );
}

/** @type {Record<string, string>} */
const statusWords = {
  ready: 'on',
  draining: 'draining',
  unreachable: 'no answer',
  off: 'off',
  starting: 'starting',
  stopping: 'stopping',
};
/** @type {Record<string, string>} */
const stateWords = {
  waiting: 'waiting',
  placed: 'being made',
  running: 'running',
  stopped: 'stopped',
  purging: 'being deleted',
  held: 'disk held',
  leaving: 'moving away',
  arriving: 'arriving',
};

/**
 * @param {number} cores
 * @param {string} status
 * @param {Placed[]} all
 * @param {Drawing} draw
 * @param {string} [label]
 */
function picture(cores, status, all, draw, label) {
  const { unit } = draw;
  const width = Math.max(cores, coresDrawnMin) * unit;
  let x = 0;
  let held = 0;
  const blocks = all.map((one) => {
    // Disks that are only kept stand on the floor, small, from the right.
    if (one.state === 'held') return block(one, width - ++held * 14, 12, draw, 10);
    const at = x;
    x += one.machine.cores * unit;
    return block(one, at, one.machine.cores * unit, draw, height);
  });
  return h(
    'svg',
    {
      viewBox: `${-frame} ${-frame} ${width + 2 * frame} ${height + 2 * frame}`,
      width: width + 2 * frame,
      height: height + 2 * frame,
      role: 'img',
      'aria-label': label ?? 'Machines that wait for a host',
    },
    h('rect', { class: `box ${status}`, x: 0, y: 0, width, height, rx: 4 }),
    Array.from({ length: Math.max(0, Math.floor(cores / 4) - 1) }, (_, index) =>
      h('line', {
        key: `tick ${index}`,
        class: 'tick',
        x1: (index + 1) * 4 * unit,
        x2: (index + 1) * 4 * unit,
        y1: height - 4,
        y2: height,
      }),
    ),
    blocks,
  );
}

/**
 * @param {Placed} one
 * @param {number} x
 * @param {number} width
 * @param {Drawing} draw
 * @param {number} tall
 */
function block({ machine, lease, state }, x, width, { now, users }, tall) {
  const who = users.find((user) => user.id === lease?.holder)?.name ?? lease?.holder ?? 'nobody';
  const end =
    lease === undefined
      ? ''
      : lease.phase === 'held'
        ? `, disk purged in ${inUnits(lease.expires - now)}`
        : `, lease ends in ${inUnits(lease.expires - now)}`;
  const letters = Math.floor((width - 8) / 6.2);
  return h(
    'g',
    {
      key: `${state === 'arriving' ? 'ghost ' : ''}${machine.id}`,
      class: `machine ${state} ${colourOf(lease?.holder, users)}`,
    },
    h(
      'title',
      null,
      `${machine.name}: ${machine.cores} cores, ${Math.round(machine.memory / 102.4) / 10} GB, ${stateWords[state] ?? state}, held by ${who}${lease?.phase === 'requested' ? '' : end}`,
    ),
    h('rect', { x: x + 1, y: height - tall + 1, width: width - 2, height: tall - 2, rx: 3 }),
    tall === height &&
      letters >= 2 &&
      h(
        'text',
        { x: x + width / 2, y: height / 2 + 3.5 },
        machine.name.length > letters ? `${machine.name.slice(0, Math.max(1, letters - 1))}…` : machine.name,
      ),
  );
}

/**
 * @param {string | undefined} holder
 * @param {import('./feed.js').User[]} users
 */
const colourOf = (holder, users) => `person-${users.findIndex((user) => user.id === holder) % 5}`;
