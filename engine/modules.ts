import { RuleError } from './functions/builtin.ts';
import { keyOf, MAIN, type ModuleDefinition, type Origin, type Port, type SharedKind } from './rule.ts';

/** Who is told that the focus moves. */
export interface FocusListener {
  focused(module: string, from: string | null): void;
  unfocused(module: string, to: string | null): void;
}

const NOWHERE: Origin = { file: '', line: 1, column: 1 };

/**
 * The modules of a session: who may see whose constructs, which one is current, and the stack of focuses. A construct that
 * is not in the module itself is seen when the module imports it from one that exports it, through any number of modules.
 */
export class Modules {
  readonly #definitions = new Map<string, ModuleDefinition>();
  readonly #listener: FocusListener;
  /** The top comes last. */
  #stack: string[] = [MAIN];
  #current = MAIN;
  /** MAIN may be defined once, to export or import something. */
  #isMainOpen = true;

  constructor(listener: FocusListener) {
    this.#listener = listener;
    this.clear();
  }

  /** Only MAIN stands, and has the focus. */
  clear(): void {
    this.#definitions.clear();
    this.#definitions.set(MAIN, { name: MAIN, comment: null, exports: [], imports: [], origin: NOWHERE });
    this.#stack = [MAIN];
    this.#current = MAIN;
    this.#isMainOpen = true;
  }

  /** Names, in order of definition. */
  get names(): readonly string[] {
    return [...this.#definitions.keys()];
  }

  get(name: string): ModuleDefinition | undefined {
    return this.#definitions.get(name);
  }

  /** Adds a module, which becomes the current one. Throws a RuleError when there is one of that name: only MAIN may be defined once more. */
  define(definition: ModuleDefinition): void {
    const isOpen = definition.name === MAIN ? this.#isMainOpen : !this.#definitions.has(definition.name);
    if (!isOpen) throw new RuleError(`module \`${definition.name}\` is defined already`);
    if (definition.name === MAIN) this.#isMainOpen = false;
    this.#definitions.set(definition.name, definition);
    this.#current = definition.name;
  }

  /** Where constructs and commands without a module belong. */
  get current(): string {
    return this.#current;
  }

  set current(name: string) {
    this.#require(name);
    this.#current = name;
  }

  /** The stack of focuses, the top first. */
  get stack(): readonly string[] {
    return this.#stack.toReversed();
  }

  /** The module with the focus; null: the stack is empty. */
  get focus(): string | null {
    return this.#stack.at(-1) ?? null;
  }

  /** Gives a module the focus, and makes it the current one; nothing changes when it has the focus already. */
  push(name: string): void {
    this.#require(name);
    this.#current = name;
    const from = this.focus;
    if (from === name) return;
    this.#stack.push(name);
    this.#listener.focused(name, from);
  }

  /** Takes the focus from the module on top; null: the stack was empty. */
  pop(): string | null {
    const top = this.focus;
    if (top !== null) this.remove(top);
    return top;
  }

  /** Takes the module out where it stands next to the top. */
  remove(name: string): void {
    const at = this.#stack.lastIndexOf(name);
    if (at < 0) return;
    const wasTop = at === this.#stack.length - 1;
    this.#stack.splice(at, 1);
    if (!wasTop) return;
    this.#listener.unfocused(name, this.focus);
    if (this.focus !== null) this.#current = this.focus;
  }

  /** Empties the stack. */
  clearStack(): void {
    while (this.focus !== null) this.pop();
  }

  /** Begins a run anew: MAIN alone has the focus. */
  reset(): void {
    this.clearStack();
    this.push(MAIN);
  }

  /**
   * The key of what a name means in a module: a construct of its own, or one that it imports. `exists` says whether there is a
   * construct of a key. Null: the module sees none. A name with its module, `M::name`, is found when it is exported to here.
   */
  visible(kind: SharedKind, name: string, from: string, exists: (key: string) => boolean): string | null {
    const [, module, plain] = /^(.+?)::(.+)$/.exec(name) ?? [];
    if (module !== undefined && plain !== undefined) {
      const key = keyOf({ name: plain, module });
      const isSeen = module === from || this.#search(kind, plain, from, exists, new Set()) === key;
      return isSeen && exists(key) ? key : null;
    }
    return this.#search(kind, name, from, exists, new Set());
  }

  /** Whether a module would see a construct of another one, directly or through others. */
  reaches(kind: SharedKind, name: string, giver: string, taker: string, seen = new Set<string>()): boolean {
    if (seen.has(taker)) return false;
    seen.add(taker);
    return (this.#definitions.get(taker)?.imports ?? []).some((port) => {
      const exports = this.#definitions.get(port.from)?.exports ?? [];
      if (!covers(port, kind, name) || !exports.some((each) => covers(each, kind, name))) return false;
      return port.from === giver || this.reaches(kind, name, giver, port.from, seen);
    });
  }

  #search(
    kind: SharedKind,
    name: string,
    from: string,
    exists: (key: string) => boolean,
    seen: Set<string>,
  ): string | null {
    if (seen.has(from)) return null;
    seen.add(from);
    const own = keyOf({ name, module: from });
    if (exists(own)) return own;
    for (const port of this.#definitions.get(from)?.imports ?? []) {
      if (!covers(port, kind, name)) continue;
      const giver = this.#definitions.get(port.from);
      if (giver === undefined || !giver.exports.some((each) => covers(each, kind, name))) continue;
      const found = this.#search(kind, name, port.from, exists, seen);
      if (found !== null) return found;
    }
    return null;
  }

  #require(name: string): void {
    if (!this.#definitions.has(name)) throw new RuleError(`there is no module \`${name}\``);
  }
}

/** Whether a port lets a construct through. */
export const covers = (port: Port, kind: SharedKind, name: string): boolean =>
  (port.kind === null || port.kind === kind) && (port.name === null || port.name === name);
