import type { Notice } from '../../policies/event.ts';
import type { PolicyVersion, State } from '../../policies/state.ts';
import type { Block, Button, Card } from '../surface.ts';
import { buttons, saying } from './machine-parts.ts';
import { bounded, counted } from './words.ts';

/** Versions that the list shows, newest first. */
const VERSIONS_MAX = 10;
/** A file's text on a card; surfaces may cut further, and say so. */
const TEXT_MAX = 20_000;

/** What became of a load, a reload or a rollback: the version, which rules differ, and warnings with their carets. */
export function policyAnswer(notice: Notice): Card {
  const [first = 'Done.', ...rest] = (notice.outcome?.text ?? notice.text ?? 'Done.').split('\n');
  const changes = rest.flatMap((line) => /^(added|changed|removed): (.*)$/u.exec(line) ?? []);
  const fields: [string, string][] = [];
  for (let index = 0; index + 2 < changes.length; index += 3)
    fields.push([`Rules ${changes[index + 1]}`, bounded(changes[index + 2] ?? '', 1000)]);
  const others = rest.filter((line) => !/^(?:added|changed|removed): /u.test(line)).join('\n');
  const blocks: Block[] = [{ kind: 'text', text: first }];
  if (fields.length > 0) blocks.push({ kind: 'fields', fields });
  if (others.trim() !== '') blocks.push({ kind: 'code', text: bounded(others, TEXT_MAX) });
  blocks.push(...buttons([saying('List', 'policy list'), rollback()]));
  return { title: 'Policies', blocks, summary: first, tone: notice.outcome?.good === false ? 'bad' : 'good' };
}

/** The versions that were in force, and the files of the active one. */
export function policyListCard(state: State): Card {
  const active = state.policy;
  const versions = [...state.policies.values()].toSorted((one, other) => other.number - one.number);
  const rows = versions
    .slice(0, VERSIONS_MAX)
    .map((version) => [
      `${version.number}${version.number === active?.number ? ' (active)' : ''}`,
      authorOf(version, state),
      { instant: version.at },
      bounded(version.note, 60),
    ]);
  const blocks: Block[] = [{ kind: 'table', head: ['Version', 'By', 'At', 'What'], rows }];
  if (versions.length > rows.length)
    blocks.push({ kind: 'note', text: `and ${counted(versions.length - rows.length, 'older version')}` });
  if (active !== undefined) {
    const files = active.files.map(({ name, text }) => [name, String(ruleCount(text))]);
    blocks.push({ kind: 'table', head: ['File of the active version', 'Rules'], rows: files });
    const shown = active.files.slice(0, 5).map(({ name }) => saying(`Show ${name}`, `policy show ${name}`));
    blocks.push(...buttons(versions.length > 1 ? [...shown, rollback()] : shown));
  }
  const summary =
    active === undefined ? 'No policies are active yet.' : `Version ${active.number} is active.`;
  return { title: 'Policies', blocks, summary, tone: 'plain' };
}

/** The files of a version, or the text of one file of the active version. */
export function policyShowCard(
  state: State,
  wanted: { readonly file: string | null; readonly version: number | null },
): Card {
  const version = wanted.version === null ? state.policy : state.policies.get(String(wanted.version));
  if (version === undefined) return absent(`There is no version ${wanted.version ?? 0}.`);
  if (wanted.file !== null) {
    const asked = wanted.file.toLowerCase();
    const file = version.files.find(({ name }) => [asked, `${asked}.clp`].includes(name.toLowerCase()));
    if (file === undefined) return absent(`The active version has no file ${bounded(wanted.file, 60)}.`);
    const text = bounded(file.text, TEXT_MAX);
    const blocks: Block[] = [
      { kind: 'code', text },
      { kind: 'note', text: `of version ${version.number}` },
    ];
    return { title: file.name, blocks, summary: `${file.name} of version ${version.number}`, tone: 'plain' };
  }
  const rows = version.files.map(({ name, text }) => [name, String(ruleCount(text))]);
  const blocks: Block[] = [
    {
      kind: 'fields',
      fields: [
        ['By', authorOf(version, state)],
        ['At', { instant: version.at }],
        ['What', version.note],
      ],
    },
    { kind: 'table', head: ['File', 'Rules'], rows },
  ];
  const title = `Policies, version ${version.number}`;
  return { title, blocks, summary: `${title}: ${counted(version.files.length, 'file')}`, tone: 'plain' };
}

function absent(text: string): Card {
  const blocks: Block[] = [{ kind: 'text', text }, ...buttons([saying('List', 'policy list')])];
  return { title: 'Policies', blocks, summary: text, tone: 'warning' };
}

function authorOf({ author }: PolicyVersion, state: State): string {
  return author === null ? 'Octopus' : (state.persons.get(author)?.name ?? author);
}

function ruleCount(text: string): number {
  return text.match(/^\s*\(defrule\s/gmu)?.length ?? 0;
}

function rollback(): Button {
  const confirm = 'The version before the active one comes back; the active one stays in the list.';
  const ask = { kind: 'roll-back-policies', version: null } as const;
  return { label: 'Roll back', style: 'plain', sends: { ask }, confirm };
}
