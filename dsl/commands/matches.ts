import { sameValue } from '../../engine/order.ts';
import { keyOf } from '../../engine/rule.ts';
import type { Fact, PartialMatch, Unit } from '../../engine/session.ts';
import { FALSE, Float, Sym, type Value } from '../../engine/value.ts';
import { command, nameOf, type Command, type Console } from './command.ts';
import { basisText } from './texts.ts';

const details = ['verbose', 'succinct', 'terse'] as const;
type Detail = (typeof details)[number];

/** How far rules have got. */
export const matching: readonly Command[] = [
  command(
    'matches',
    [1, 2],
    [['SYMBOL']],
    'multifield',
    'what each pattern and each join of a rule has, and its activations: `verbose`, `succinct` or `terse`; gives three counts',
    ([rule, detail], console) => {
      const { workspace, routers } = console;
      const name = nameOf(rule);
      const found = workspace.find('defrule', name);
      if (found === null) {
        routers.print(`[PRNTUTIL1] Unable to find defrule ${name}.\n`);
        return FALSE;
      }
      const shown = detail === undefined ? 'verbose' : details.find((each) => each === nameOf(detail));
      if (shown === undefined) {
        routers.print(
          '[ARGACCES5] Function matches expected argument #2 to be of type symbol with value verbose, succinct, or terse\n',
        );
        return FALSE;
      }
      return matches(keyOf(found), shown, console);
    },
  ),
];

function matches(key: string, detail: Detail, { session, routers }: Console): Value {
  let alpha = 0;
  let beta = 0;
  const tell = (title: string, short: string, rows: readonly (readonly (Fact | null)[])[]): void => {
    if (detail === 'succinct') routers.print(`${short}: ${rows.length}\n`);
    if (detail !== 'verbose') return;
    const lines = rows.map((facts) => `${basisText(facts)}\n`);
    routers.print(`${title}\n${lines.length === 0 ? ' None\n' : lines.join('')}`);
  };
  for (const { patterns, joins } of session.matches(key)) {
    for (const [at, facts] of patterns.entries()) {
      alpha += facts.length;
      tell(
        `Matches for Pattern ${at + 1}`,
        `Pattern ${at + 1}`,
        facts.map((fact) => [fact]),
      );
    }
    for (const join of joins) {
      const names = `CEs ${unitsText(join.units)}`;
      beta += join.matches.length;
      tell(
        `Partial matches for ${names}`,
        names,
        inBuckets(join.matches).map(({ facts }) => facts),
      );
    }
  }
  const activations = session.agenda().filter(({ rule }) => keyOf(rule) === key);
  tell(
    'Activations',
    'Activations',
    activations.map(({ facts }) => facts),
  );
  return [alpha, beta, activations.length];
}

/** `1 - 3`, or, where groups are among them, `1 (P1) - 2 (P2) , 3 (P3 - P4)`. */
function unitsText(units: readonly Unit[]): string {
  if (units.every(({ isGroup }) => !isGroup)) return `1 - ${units.length}`;
  const runs: string[] = [];
  let run: string[] = [];
  const endRun = (): void => {
    const [first] = run;
    const last = run.at(-1);
    if (first !== undefined) runs.push(run.length === 1 ? first : `${first} - ${last ?? ''}`);
    run = [];
  };
  for (const [at, { first, last, isGroup }] of units.entries()) {
    if (!isGroup) {
      run.push(`${at + 1} (P${first})`);
      continue;
    }
    endRun();
    runs.push(`${at + 1} (P${first} - P${last})`);
  }
  endRun();
  return runs.join(' , ');
}

// CLIPS lists a memory bucket by bucket of its hash table, so that is an order that people see. The figures are those of
// symbol.h, network.h and reteutil.c of CLIPS 6.30.

const BUCKETS = 17n;
const GROWTH = 11n;
const MULTIPLIER = 509n;
const SYMBOL_BUCKETS = 63_559n;
const NUMBER_BUCKETS = 8191n;

/** Matches in the order of the buckets in which CLIPS would have them; of one key as they come, of several the youngest first. */
function inBuckets(found: readonly PartialMatch[]): readonly PartialMatch[] {
  let size = BUCKETS;
  while (BigInt(found.length) > size * GROWTH) size *= GROWTH;
  const buckets = new Map<number, PartialMatch[]>();
  for (const match of found) {
    const bucket = Number(hashOf(match.key) % size);
    buckets.set(bucket, [...(buckets.get(bucket) ?? []), match]);
  }
  return [...buckets].toSorted(([a], [b]) => a - b).flatMap(([, bucket]) => mixedByAge(bucket));
}

function mixedByAge(bucket: readonly PartialMatch[]): readonly PartialMatch[] {
  const [first] = bucket;
  const isSame = ({ key }: PartialMatch): boolean =>
    key.every((value, at) => sameValue(value, first?.key[at] ?? FALSE));
  if (bucket.every(isSame)) return bucket;
  return bucket.toSorted((a, b) => youngest(b) - youngest(a));
}

const youngest = ({ facts }: PartialMatch): number => Math.max(...facts.map((fact) => fact?.index ?? -1));

/** The values that a join compares, the last one first. */
function hashOf(key: readonly Value[]): bigint {
  let hash = 0n;
  let multiplier = 1n;
  for (const value of key.toReversed()) {
    hash += hashOfValue(value) * multiplier;
    multiplier *= MULTIPLIER;
  }
  return BigInt.asUintN(64, hash);
}

function hashOfValue(value: Value): bigint {
  if (value instanceof Sym) return hashOfText(value.name);
  if (typeof value === 'string') return hashOfText(value);
  if (typeof value === 'number' || typeof value === 'bigint') {
    const integer = BigInt(value);
    return (integer < 0n ? -integer : integer) % NUMBER_BUCKETS;
  }
  return value instanceof Float ? hashOfFloat(value.value) : 0n;
}

function hashOfText(text: string): bigint {
  let tally = 0n;
  for (const byte of Buffer.from(text)) tally = BigInt.asUintN(64, tally * 127n + BigInt(byte));
  return tally % SYMBOL_BUCKETS;
}

function hashOfFloat(value: number): bigint {
  const bytes = new Uint8Array(new Float64Array([value]).buffer);
  let tally = 0n;
  for (const byte of bytes) tally = BigInt.asUintN(64, tally * 127n + BigInt(byte));
  return tally % NUMBER_BUCKETS;
}
