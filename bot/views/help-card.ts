import { helpTopics } from '../grammar.ts';
import type { Block, Button, Card } from '../surface.ts';
import { buttons, saying } from './machine-parts.ts';

/** What a person may say. Everything is an example that can be typed as it stands; the shortest ones are buttons. */
export function helpCard(topic: string | null, isAdmin: boolean): Card {
  const topics = helpTopics(isAdmin);
  const one = topics.find(({ verb }) => verb === topic);
  if (one !== undefined) {
    const also = one.synonyms.filter((synonym) => /^[a-z]/u.test(synonym));
    const blocks: Block[] = [
      { kind: 'text', text: `\`${one.verb}\`: ${one.about}.` },
      { kind: 'code', text: [one.example, ...one.more].join('\n') },
    ];
    if (also.length > 0) blocks.push({ kind: 'note', text: `Also: ${also.join(', ')}` });
    return { title: `Help: ${one.verb}`, blocks, summary: `${one.verb}: ${one.about}`, tone: 'plain' };
  }
  const rows = topics.filter(({ verb }) => verb !== 'help').map(({ example, about }) => [example, about]);
  const shown: Button[] = [
    saying('New machine', 'new'),
    saying('My machines', 'list'),
    saying('Quota', 'quota'),
  ];
  if (isAdmin) shown.push(saying('Hosts', 'hosts'), saying('Policies', 'policy list'));
  return {
    title: 'What you can say',
    blocks: [
      { kind: 'table', head: ['Say', 'What it does'], rows },
      {
        kind: 'note',
        text: 'Sizes and order are free: `4 cores 8 GB ubuntu for 2 weeks called build-box` works too. With one machine its name may be left out. `help new` tells more of one.',
      },
      ...buttons(shown),
    ],
    summary: 'new, list, show, renew, release, start, stop, restart, delete, why, quota, images, hosts, help',
    tone: 'plain',
  };
}
