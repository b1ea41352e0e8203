import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from './program.ts';

const hosts = 1_000;
const machines = 10_000;
const days = 30;

/**
 * A month of Octopus: the shipped rules about quotas, access, leases and reminders, word for word but for units, on a cloud of its
 * facts. What CLIPS lacks stands in as plain CLIPS: each primitive notes that it was called, and rules of this file change the facts.
 * Placement and packing are left out, since they are made of `best`.
 */
export const month: readonly Program[] = [
  {
    name: 'month',
    text: () => `${vocabulary()}${policies()}${effects}${cloud}\n(reset)\n(month)\n`,
    bar: null,
    isWarm: false,
  },
];

const folder = join(import.meta.dirname, '../../../policies');
const files = ['access', 'quota', 'lease', 'reminders'];

const seconds: Readonly<Record<string, number>> = { min: 60, h: 3600, d: 86_400, w: 604_800 };

/** Numbers instead of units: `7d` is 604800 and `64g` is 65536. */
const plain = (text: string): string =>
  text.replaceAll(/(?<=[\s(])(\d+)(min|[hdwg])(?=[\s)])/gu, (_, count: string, unit: string) =>
    String(Number(count) * (unit === 'g' ? 1024 : (seconds[unit] ?? 1))),
  );

/** The templates, and every primitive that the file lists as a function that notes its call. */
function vocabulary(): string {
  const text = readFileSync(join(folder, 'vocabulary.clp'), 'utf8');
  const listed = [...text.matchAll(/^; ((?:\([^)]*\) ?)+)/gmu)].flatMap(([, calls]) =>
    Array.from((calls ?? '').matchAll(/\(([a-z-]+)/gu), ([, name]) => `${name}`),
  );
  const functions = listed.map((name) =>
    name.endsWith('-name') || name.endsWith('-words')
      ? `(deffunction ${name} (?what) (str-cat ?what))`
      : `(deffunction ${name} ($?what) (assert (did ${name} $?what)) TRUE)`,
  );
  return `${plain(text)}\n(defglobal ?*now* = 0)\n${functions.join('\n')}\n`.replace(
    /\(deffunction now .*\n/u,
    '(deffunction now () ?*now*)\n',
  );
}

const policies = (): string =>
  files.map((name) => plain(readFileSync(join(folder, 'base', `${name}.clp`), 'utf8'))).join('\n');

const effects = `
(defrule extended
  (declare (salience 500))
  ?did <- (did extend ?l ?until)
  ?lease <- (lease (id ?l) (expires ~?until))
  =>
  (retract ?did)
  (modify ?lease (expires ?until) (phase active)))

(defrule ended
  (declare (salience 500))
  ?did <- (did end-lease ?l ?reason ?hold)
  ?lease <- (lease (id ?l))
  =>
  (retract ?did)
  (modify ?lease (phase held) (expires (+ ?*now* ?hold))))

(defrule sampled
  (declare (salience 500))
  ?sample <- (sample ?h ?load)
  ?host <- (host (name ?h))
  =>
  (retract ?sample)
  (modify ?host (load ?load)))

; As in Octopus: once it has its answer a request goes, so that no rule looks at it after its own grant.
(defrule has-its-answer
  (declare (salience 600))
  (did accept|extend|grant|refuse|end-lease $?)
  ?request <- (request)
  =>
  (retract ?request))

(defrule answered
  (declare (salience -900))
  ?request <- (request)
  =>
  (retract ?request))

(defrule rung
  (declare (salience -900))
  ?due <- (due)
  =>
  (retract ?due))

(defrule noted
  (declare (salience -1000))
  ?did <- (did $?)
  =>
  (retract ?did))
`;

/** The cloud, and its days: samples of all hosts, requests, renewals, and leases that end. */
const cloud = `
(deffunction fill ()
  (assert (image (name ubuntu) (os linux) (memory-min 1024)))
  (loop-for-count (?i 1 ${hosts})
    (assert (host (name (sym-cat hv ?i)) (status ready) (wanted on) (cores 256) (memory 1048576) (free-cores 200)
                  (free-memory 900000) (machines 10) (promised FALSE) (since 0) (load 0))))
  (loop-for-count (?i 1 ${machines / 5})
    (assert (person (id (sym-cat user- ?i)) (name "somebody") (role researcher) (machines 5) (cores 10) (memory 20480))))
  (loop-for-count (?i 1 ${machines})
    (assert (machine (id (sym-cat m- ?i)) (name (sym-cat vm- ?i)) (lease (sym-cat lease- ?i)) (image ubuntu) (cores 2)
                     (memory 4096) (phase running) (host (sym-cat hv (+ 1 (mod ?i ${hosts})))) (moving-to nil) (awaits nil)
                     (busy FALSE)))
    (assert (lease (id (sym-cat lease- ?i)) (machine (sym-cat m- ?i)) (holder (sym-cat user- (+ 1 (div (- ?i 1) 5))))
                   (phase active) (since 0) (expires (+ 604800 (* 60 ?i)))))))

(deffunction ask (?day ?i)
  (bind ?who (+ 1 (mod (+ (* ?day 97) (* ?i 31)) ${machines / 5})))
  (bind ?lease (- (* ?who 5) (mod ?i 5)))
  (if (= 0 (mod ?i 4))
   then (assert (request (id (sym-cat r- ?day - ?i)) (kind new-machine) (by (sym-cat user- ?who)) (at ?*now*) (image ubuntu)
                         (cores (+ 1 (mod ?i 8))) (memory 8192)))
   else (assert (request (id (sym-cat r- ?day - ?i)) (kind renew-lease) (by (sym-cat user- ?who)) (at ?*now*)
                         (lease (sym-cat lease- ?lease)))))
  (run))

(deffunction day (?day)
  (bind ?*now* (* 86400 ?day))
  (loop-for-count (?i 1 ${hosts}) (assert (sample (sym-cat hv ?i) (mod (+ ?day (* ?i 7)) 100))))
  (run)
  (loop-for-count (?i 1 300) (ask ?day ?i))
  (loop-for-count (?i 1 200)
    (assert (due (purpose lease-end) (subject (sym-cat lease- (+ ?i (* 200 (mod ?day 50))))) (at ?*now*)))
    (run)))

(deffunction month ()
  (fill)
  (run)
  (loop-for-count (?day 1 ${days}) (day ?day)))
`;
