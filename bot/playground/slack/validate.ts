/** Slack's words for what is wrong with blocks or a view, each with a pointer to the place; empty when it would be taken. */
export function blockProblems(blocks: unknown, surface: 'message' | 'modal'): string[] {
  const check = new Check();
  check.blocks(blocks, '/blocks', surface);
  return check.problems;
}

/** The same for a modal, as `views.open` takes it. */
export function viewProblems(view: unknown): string[] {
  const check = new Check();
  check.view(view);
  return check.problems;
}

/** The text of all blocks together. Slack refuses from about 12,000 characters on, and does not say how it counts. */
export function isTooMuchText(blocks: unknown): boolean {
  let sum = 0;
  JSON.stringify(blocks, (key, value: unknown) => {
    if (key === 'text' && typeof value === 'string') sum += value.length;
    if (key === 'type') sum += 20;
    return value;
  });
  return sum > 12_000;
}

type Fields = Record<string, unknown>;

const ID_MAX = 255;
const BLOCKS_MAX = { message: 50, modal: 100 } as const;

/** One walk over a payload. The rules are those of docs.slack.dev/reference/block-kit for the pieces that we allow. */
class Check {
  readonly problems: string[] = [];
  readonly #blockIds = new Set<string>();
  /** Of one block: Slack tells actions apart by block and action. */
  readonly #actionIds = new Set<string>();

  view(view: unknown): void {
    const fields = this.#object(view, '/view', [
      'type',
      'callback_id',
      'title',
      'submit',
      'close',
      'private_metadata',
      'blocks',
      'clear_on_close',
      'notify_on_close',
      'external_id',
    ]);
    if (fields === null) return;
    if (fields['type'] !== 'modal') this.#report('unsupported type', '/view/type');
    this.#text(fields['title'], '/view/title', 24, 'plain_text');
    if (fields['submit'] !== undefined) this.#text(fields['submit'], '/view/submit', 24, 'plain_text');
    if (fields['close'] !== undefined) this.#text(fields['close'], '/view/close', 24, 'plain_text');
    if (fields['callback_id'] !== undefined) this.#string(fields['callback_id'], '/view/callback_id', ID_MAX);
    if (fields['private_metadata'] !== undefined)
      this.#string(fields['private_metadata'], '/view/private_metadata', 3000, 0);
    this.blocks(fields['blocks'], '/view/blocks', 'modal');
    const hasInput =
      Array.isArray(fields['blocks']) && fields['blocks'].some((block) => typeOf(block) === 'input');
    if (hasInput && fields['submit'] === undefined) this.#report('missing required field: submit', '/view');
  }

  blocks(blocks: unknown, at: string, surface: 'message' | 'modal'): void {
    this.#list(blocks, at, 1, BLOCKS_MAX[surface], (block, place) => this.#block(block, place, surface));
  }

  #block(block: unknown, at: string, surface: 'message' | 'modal'): void {
    this.#actionIds.clear();
    const type = typeOf(block) ?? 'none';
    switch (type) {
      case 'section':
        return this.#section(block, at);
      case 'header': {
        const fields = this.#object(block, at, ['type', 'block_id', 'text']);
        if (fields !== null) this.#text(fields['text'], `${at}/text`, 150, 'plain_text');
        return;
      }
      case 'divider':
        this.#object(block, at, ['type', 'block_id']);
        return;
      case 'context': {
        const fields = this.#object(block, at, ['type', 'block_id', 'elements']);
        if (fields === null) return;
        this.#list(fields['elements'], `${at}/elements`, 1, 10, (element, place) =>
          this.#text(element, place, 3000, 'any'),
        );
        return;
      }
      case 'actions': {
        const fields = this.#object(block, at, ['type', 'block_id', 'elements']);
        if (fields === null) return;
        this.#list(fields['elements'], `${at}/elements`, 1, 25, (element, place) =>
          this.#element(element, place, ['button', 'static_select']),
        );
        return;
      }
      case 'input':
        if (surface === 'modal') return this.#input(block, at);
        return this.#report('unsupported type: input', `${at}/type`);
      default:
        return this.#report(`unsupported type: ${type}`, `${at}/type`);
    }
  }

  #section(block: unknown, at: string): void {
    const fields = this.#object(block, at, ['type', 'block_id', 'text', 'fields', 'accessory', 'expand']);
    if (fields === null) return;
    if (fields['text'] === undefined && fields['fields'] === undefined)
      this.#report('missing required field: text or fields', at);
    if (fields['text'] !== undefined) this.#text(fields['text'], `${at}/text`, 3000, 'any');
    if (fields['fields'] !== undefined)
      this.#list(fields['fields'], `${at}/fields`, 1, 10, (field, place) =>
        this.#text(field, place, 2000, 'any'),
      );
    if (fields['accessory'] !== undefined)
      this.#element(fields['accessory'], `${at}/accessory`, ['button', 'static_select']);
  }

  #input(block: unknown, at: string): void {
    const fields = this.#object(block, at, [
      'type',
      'block_id',
      'label',
      'element',
      'hint',
      'optional',
      'dispatch_action',
    ]);
    if (fields === null) return;
    this.#text(fields['label'], `${at}/label`, 2000, 'plain_text');
    if (fields['hint'] !== undefined) this.#text(fields['hint'], `${at}/hint`, 2000, 'plain_text');
    if (fields['optional'] !== undefined && typeof fields['optional'] !== 'boolean')
      this.#report('must be a boolean', `${at}/optional`);
    this.#element(fields['element'], `${at}/element`, ['plain_text_input', 'static_select']);
  }

  #element(element: unknown, at: string, allowed: readonly string[]): void {
    const type = typeOf(element);
    if (type === undefined || !allowed.includes(type))
      return this.#report(`unsupported type: ${String(type)}`, `${at}/type`);
    if (type === 'button') return this.#button(element, at);
    if (type === 'static_select') return this.#select(element, at);
    return this.#textInput(element, at);
  }

  #button(element: unknown, at: string): void {
    const fields = this.#object(element, at, [
      'type',
      'text',
      'action_id',
      'url',
      'value',
      'style',
      'confirm',
      'accessibility_label',
    ]);
    if (fields === null) return;
    this.#text(fields['text'], `${at}/text`, 75, 'plain_text');
    this.#actionId(fields['action_id'], at);
    if (fields['value'] !== undefined) this.#string(fields['value'], `${at}/value`, 2000);
    if (fields['url'] !== undefined) this.#string(fields['url'], `${at}/url`, 3000);
    this.#style(fields['style'], at);
    if (fields['confirm'] !== undefined) this.#confirm(fields['confirm'], `${at}/confirm`);
  }

  #confirm(confirm: unknown, at: string): void {
    const fields = this.#object(confirm, at, ['title', 'text', 'confirm', 'deny', 'style']);
    if (fields === null) return;
    this.#text(fields['title'], `${at}/title`, 100, 'plain_text');
    this.#text(fields['text'], `${at}/text`, 300, 'any');
    this.#text(fields['confirm'], `${at}/confirm`, 30, 'plain_text');
    this.#text(fields['deny'], `${at}/deny`, 30, 'plain_text');
    this.#style(fields['style'], at);
  }

  #select(element: unknown, at: string): void {
    const fields = this.#object(element, at, [
      'type',
      'action_id',
      'options',
      'initial_option',
      'placeholder',
      'confirm',
      'focus_on_load',
    ]);
    if (fields === null) return;
    this.#actionId(fields['action_id'], at);
    if (fields['placeholder'] !== undefined)
      this.#text(fields['placeholder'], `${at}/placeholder`, 150, 'plain_text');
    this.#list(fields['options'], `${at}/options`, 1, 100, (option, place) => this.#option(option, place));
    const initial = fields['initial_option'];
    if (initial === undefined) return;
    this.#option(initial, `${at}/initial_option`);
    const isThere =
      Array.isArray(fields['options']) &&
      fields['options'].some((option) => JSON.stringify(option) === JSON.stringify(initial));
    if (!isThere) this.#report('initial option not found in options', `${at}/initial_option`);
  }

  #option(option: unknown, at: string): void {
    const fields = this.#object(option, at, ['text', 'value', 'description', 'url']);
    if (fields === null) return;
    this.#text(fields['text'], `${at}/text`, 75, 'plain_text');
    this.#string(fields['value'], `${at}/value`, 75);
  }

  #textInput(element: unknown, at: string): void {
    const fields = this.#object(element, at, [
      'type',
      'action_id',
      'initial_value',
      'multiline',
      'min_length',
      'max_length',
      'placeholder',
      'focus_on_load',
      'dispatch_action_config',
    ]);
    if (fields === null) return;
    this.#actionId(fields['action_id'], at);
    if (fields['placeholder'] !== undefined)
      this.#text(fields['placeholder'], `${at}/placeholder`, 150, 'plain_text');
    const most = fields['max_length'] ?? 3000;
    if (typeof most !== 'number' || most < 1 || most > 3000)
      this.#report('must be 1 to 3000', `${at}/max_length`);
    else if (fields['initial_value'] !== undefined)
      this.#string(fields['initial_value'], `${at}/initial_value`, most, 0);
  }

  #text(text: unknown, at: string, lengthMax: number, kind: 'plain_text' | 'any'): void {
    const type = typeOf(text);
    if (type !== 'plain_text' && (kind === 'plain_text' || type !== 'mrkdwn'))
      return this.#report(`unsupported type: ${String(type)}`, `${at}/type`);
    const fields = this.#object(
      text,
      at,
      type === 'plain_text' ? ['type', 'text', 'emoji'] : ['type', 'text', 'verbatim'],
    );
    if (fields !== null) this.#string(fields['text'], `${at}/text`, lengthMax);
  }

  #actionId(value: unknown, at: string): void {
    if (value === undefined) return;
    this.#string(value, `${at}/action_id`, ID_MAX);
    if (typeof value !== 'string') return;
    if (this.#actionIds.has(value)) this.#report(`action_id already exists: ${value}`, `${at}/action_id`);
    this.#actionIds.add(value);
  }

  #style(style: unknown, at: string): void {
    if (style !== undefined && style !== 'primary' && style !== 'danger')
      this.#report('must be `primary` or `danger`', `${at}/style`);
  }

  /** Null after reporting that it is none. */
  #object(value: unknown, at: string, known: readonly string[]): Fields | null {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.#report('must be an object', at);
      return null;
    }
    const fields = value as Fields;
    for (const name of Object.keys(fields))
      if (!known.includes(name)) this.#report(`invalid additional property: ${name}`, at);
    const id = fields['block_id'];
    if (id !== undefined) this.#string(id, `${at}/block_id`, ID_MAX);
    if (typeof id === 'string') {
      if (this.#blockIds.has(id)) this.#report(`block_id already exists: ${id}`, `${at}/block_id`);
      this.#blockIds.add(id);
    }
    return fields;
  }

  #list(
    value: unknown,
    at: string,
    countMin: number,
    countMax: number,
    each: (item: unknown, at: string) => void,
  ): void {
    if (!Array.isArray(value)) return this.#report('must be an array', at);
    if (value.length < countMin) this.#report(`no fewer than ${countMin} items allowed`, at);
    if (value.length > countMax) this.#report(`no more than ${countMax} items allowed`, at);
    value.forEach((item, place) => each(item, `${at}/${place}`));
  }

  #string(value: unknown, at: string, lengthMax: number, lengthMin = 1): void {
    if (typeof value !== 'string') return this.#report('must be a string', at);
    if (value.length > lengthMax) this.#report(`must be less than ${lengthMax + 1} characters`, at);
    if (value.trim().length < lengthMin) this.#report(`must be more than ${lengthMin - 1} characters`, at);
  }

  #report(problem: string, at: string): void {
    this.problems.push(`[ERROR] ${problem} [json-pointer:${at}]`);
  }
}

function typeOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('type' in value)) return undefined;
  return typeof value.type === 'string' ? value.type : undefined;
}
