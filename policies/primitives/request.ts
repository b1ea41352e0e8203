import type { Desk } from '../desk.ts';
import type { PolicyFile } from '../model.ts';
import { isDifferent, VOCABULARY } from '../rulebook.ts';
import { answering, effect, text, type Primitive } from './primitive.ts';

/** Answers to a request. */
export const requestPrimitives: readonly Primitive[] = [
  effect(
    'refuse',
    ['symbol', 'text'],
    'says no: nothing of this decision happens',
    (desk, [request, reason, help]) => {
      if (!isAsked(desk, text(request))) return false;
      desk.refuse(text(reason), help === undefined ? null : text(help));
      return true;
    },
    ['text'],
  ),
  answering(
    effect('accept', ['symbol', 'text'], 'says yes in words', (desk, [request, words]) => {
      if (!isAsked(desk, text(request))) return false;
      desk.accept();
      desk.words.push(text(words));
      return true;
    }),
  ),
  answering(
    effect(
      'activate',
      ['symbol'],
      'makes the policies that the request brings the active ones',
      (desk, [request]) => {
        if (!isAsked(desk, text(request))) return false;
        if (desk.speaker?.role !== 'admin') return desk.breach('only an administrator replaces policies');
        return activate(desk);
      },
    ),
  ),
];

function isAsked(desk: Desk, request: string): boolean {
  return desk.command?.id === request || desk.breach(`${request} is not the request that is being decided`);
}

/** Checks what is to become active. Errors refuse the request with all of them; the active version stays. */
function activate(desk: Desk): boolean {
  const { state, input, command } = desk;
  if (input.kind !== 'command' || command === null) return false;
  const active = state.policy;
  const before = active?.files ?? [];
  if (command.kind === 'roll-back-policies') {
    const number = command.version ?? (active === undefined ? 0 : active.number - 1);
    const version = state.policies.get(String(number));
    if (version === undefined && command.version === null) {
      desk.refuse('the first version is active: there is none before it', null);
      return false;
    }
    if (version === undefined) {
      const known = [...state.policies.keys()].join(', ');
      desk.refuse(`there is no policy version ${number}`, `versions kept: ${known}`);
      return false;
    }
    if (version.number === active?.number) {
      desk.refuse(`version ${number} is the active one`, null);
      return false;
    }
    const { errors, summary } = desk.rulebook.check(version.files, before);
    if (errors !== null) {
      desk.refuse(
        `version ${number} does not pass the checks of this release; version ${active?.number} stays`,
        errors,
      );
      return false;
    }
    desk.happen({
      kind: 'policies-activated',
      version: number,
      author: command.by,
      note: `rolled back from version ${active?.number}`,
      files: null,
    });
    return done(desk, `Version ${number} is active again.\n${summary}`);
  }
  if (command.kind !== 'load-policy' && command.kind !== 'reload-policies') return false;
  if (command.kind === 'load-policy' && command.name === VOCABULARY) {
    desk.refuse(`${VOCABULARY} belongs to the program and cannot be replaced`, 'give your file another name');
    return false;
  }
  const files = command.kind === 'load-policy' ? withFile(before, command) : (input.files ?? before);
  const { errors, summary } = desk.rulebook.check(files, before);
  if (errors !== null) {
    desk.refuse(`nothing was activated, version ${active?.number ?? 0} stays`, errors);
    return false;
  }
  if (!isDifferent(files, before))
    return done(desk, `Nothing has changed: version ${active?.number} stays active.`);
  const number = state.count('policy-last') + 1;
  const note = command.kind === 'load-policy' ? command.name : 'the policy folder';
  desk.happen({ kind: 'policies-activated', version: number, author: command.by, note, files });
  return done(desk, `Version ${number} is active.\n${summary}`);
}

/** The files with this one in the place of its namesake, or at the end. */
function withFile(files: readonly PolicyFile[], { name, text: whole }: PolicyFile): readonly PolicyFile[] {
  const known = files.findIndex((file) => file.name === name);
  return known === -1 ? [...files, { name, text: whole }] : files.with(known, { name, text: whole });
}

function done(desk: Desk, words: string): true {
  desk.accept();
  desk.words.push(words);
  return true;
}
