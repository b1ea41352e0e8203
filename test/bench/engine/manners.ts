import { randomOf, type Program } from './program.ts';

/**
 * Miss Manners (Brant, Grose, Lofaso, Miranker: "Effects of Database Size on Rule System Performance", VLDB 1991): guests
 * are seated so that neighbours differ in sex and share a hobby. Few facts, many combinations of them.
 */
export const manners: readonly Program[] = [8, 16, 32, 64, 128, 256].map((guests) => ({
  name: `manners ${guests}`,
  text: () => `${rules}${party(guests)}\n(reset)\n(run)\n`,
  bar: guests >= 128 ? 0.25 : null,
  isWarm: guests === 64,
}));

const rules = `
(deftemplate guest (slot name) (slot sex) (slot hobby))
(deftemplate last-seat (slot seat))
(deftemplate seating (slot left-seat) (slot left) (slot right) (slot right-seat) (slot id) (slot before) (slot path))
(deftemplate context (slot state))
(deftemplate path (slot id) (slot name) (slot seat))
(deftemplate chosen (slot id) (slot name) (slot hobby))
(deftemplate count (slot c))

(defrule first-seat
  ?context <- (context (state start))
  (guest (name ?n))
  ?count <- (count (c ?c))
  =>
  (assert (seating (left-seat 1) (left ?n) (right ?n) (right-seat 1) (id ?c) (before 0) (path yes)))
  (assert (path (id ?c) (name ?n) (seat 1)))
  (modify ?count (c (+ ?c 1)))
  (modify ?context (state assign)))

(defrule next-seat
  ?context <- (context (state assign))
  (seating (left-seat ?left-seat) (right-seat ?seat) (right ?n) (id ?id) (before ?before) (path yes))
  (guest (name ?n) (sex ?sex) (hobby ?hobby))
  (guest (name ?next) (sex ~?sex) (hobby ?hobby))
  ?count <- (count (c ?c))
  (not (path (id ?id) (name ?next)))
  (not (chosen (id ?id) (name ?next) (hobby ?hobby)))
  =>
  (assert (seating (left-seat ?seat) (left ?n) (right ?next) (right-seat (+ ?seat 1)) (id ?c) (before ?id) (path no)))
  (assert (path (id ?c) (name ?next) (seat (+ ?seat 1))))
  (assert (chosen (id ?id) (name ?next) (hobby ?hobby)))
  (modify ?count (c (+ ?c 1)))
  (modify ?context (state path)))

(defrule lengthen-path
  (context (state path))
  (seating (id ?id) (before ?before) (path no))
  (path (id ?before) (name ?n) (seat ?seat))
  (not (path (id ?id) (name ?n)))
  =>
  (assert (path (id ?id) (name ?n) (seat ?seat))))

(defrule path-stands
  ?context <- (context (state path))
  ?seating <- (seating (path no))
  =>
  (modify ?seating (path yes))
  (modify ?context (state check)))

(defrule all-sit
  ?context <- (context (state check))
  (last-seat (seat ?last))
  (seating (right-seat ?last))
  =>
  (modify ?context (state print)))

(defrule go-on
  ?context <- (context (state check))
  =>
  (modify ?context (state assign)))

(defrule print
  (context (state print))
  (seating (id ?id) (right-seat ?seat))
  (last-seat (seat ?seat))
  (path (id ?id) (name ?n) (seat ?s))
  =>
  (printout t ?n " " ?s crlf))

(deffacts begin (context (state start)) (count (c 1)))
`;

/** As many men as women, each with two or three hobbies of three; of five where there are very many guests. */
function party(guests: number): string {
  const random = randomOf(guests);
  const hobbiesThere = guests > 128 ? 5 : 3;
  const facts: string[] = [`(last-seat (seat ${guests}))`];
  for (let guest = 1; guest <= guests; guest += 1) {
    const sex = guest % 2 === 0 ? 'm' : 'f';
    const hobbies = new Set<number>();
    for (const many = 2 + random(2); hobbies.size < many;) hobbies.add(1 + random(hobbiesThere));
    for (const hobby of hobbies) facts.push(`(guest (name n${guest}) (sex ${sex}) (hobby h${hobby}))`);
  }
  return `(deffacts party\n  ${facts.join('\n  ')})\n`;
}
