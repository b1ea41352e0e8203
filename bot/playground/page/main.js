import { cluster } from './cluster.js';
import { makeClock } from './clock.js';
import { h, patch } from './dom.js';
import { makeDrawer } from './drawer.js';
import { follow, get } from './feed.js';
import { octopus } from './icons.js';
import { makePane } from './pane.js';
import { byId, toast } from './speak.js';

// The page's start: who plays, what they see, and the four parts that show it.

const users = /** @type {import('./feed.js').User[]} */ (await get('/users'));
const [first] = users;
if (first === undefined) throw new Error('nobody is there to be played');
let user = users.find(({ id }) => id === sessionStorage.getItem('user')) ?? first;
/** @type {import('./feed.js').Look | null} */
let look = null;
let unfollow = () => {};

const showClock = makeClock();
const drawer = makeDrawer(() => user.zone);
const panes = { slack: makePane('slack', users), teams: makePane('teams', users) };

/** @param {import('./feed.js').User} who */
function play(who) {
  user = who;
  sessionStorage.setItem('user', who.id);
  drawUsers();
  unfollow();
  unfollow = follow(
    who.id,
    (next) => {
      look = next;
      draw();
    },
    (state) => patch(byId('connection'), state === 'open' ? [] : h('p', { role: 'alert' }, words[state])),
  );
}

const words = {
  lost: 'Octopus does not answer. Trying again…',
  gone: 'Octopus has ended, or was started anew. Open the link that it prints when it starts.',
};

function draw() {
  if (look === null) return;
  showClock(look.now, user.zone);
  panes.slack(look.slack, user);
  panes.teams(look.teams, user);
  const place = byId('cluster');
  const { paddingLeft, paddingRight } = getComputedStyle(place);
  const width = place.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
  patch(place, cluster(look.overview, look.now, users, width));
  drawer.see(look.traffic);
}

function drawUsers() {
  patch(
    byId('users'),
    users.map((one, index) =>
      h(
        'label',
        { key: one.id, class: 'user', title: one.name },
        h('input', {
          type: 'radio',
          name: 'user',
          value: one.id,
          checked: one.id === user.id,
          onchange: () => play(one),
        }),
        h('span', { class: `avatar person-${index % 5}`, 'aria-hidden': 'true' }, one.name.slice(0, 1)),
        h(
          'span',
          { class: 'user-name' },
          one.name.split(' ')[0] ?? one.name,
          one.role && h('small', null, one.role),
        ),
      ),
    ),
  );
}

/** @param {'slack' | 'teams'} platform */
function showTab(platform) {
  document.body.dataset['tab'] = platform;
  for (const one of /** @type {const} */ (['slack', 'teams']))
    byId(`${one}-tab`).setAttribute('aria-pressed', String(one === platform));
}

for (const platform of /** @type {const} */ (['slack', 'teams']))
  byId(`${platform}-tab`).addEventListener('click', () => showTab(platform));
globalThis.addEventListener('resize', draw);
globalThis.addEventListener('unhandledrejection', (event) =>
  toast(`The page made a mistake: ${event.reason}`),
);
patch(byId('mark'), octopus());
showTab('slack');
play(user);
