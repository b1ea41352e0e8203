import type { State } from '../../policies/state.ts';
import type { Card } from '../surface.ts';
import { buttons, saying } from './machine-parts.ts';
import { counted, joined, sizeInWords } from './words.ts';

/** What machines are made of. */
export function imagesCard(state: State): Card {
  const images = [...state.images.values()].toSorted((one, other) => (one.name < other.name ? -1 : 1));
  if (images.length === 0) {
    const text = 'No image lies on every host, so no machine can be made.';
    return { title: 'Images', blocks: [{ kind: 'text', text }], summary: text, tone: 'warning' };
  }
  const rows = images.map(({ name, aliases, os, memoryMin, login }) => [
    name,
    joined(aliases),
    os === 'windows' ? 'Windows' : 'Linux',
    sizeInWords(memoryMin),
    login,
  ]);
  const [first] = images;
  const short = first?.aliases[0] ?? first?.name ?? '';
  return {
    title: 'Images',
    blocks: [
      { kind: 'table', head: ['Image', 'Also called', 'System', 'Least memory', 'Login'], rows },
      ...buttons([saying('New machine', `new ${short}`)]),
    ],
    summary: counted(images.length, 'image'),
    tone: 'plain',
  };
}
