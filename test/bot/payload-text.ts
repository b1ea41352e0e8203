// What a person reads of a vendor's payload, as plain text: Block Kit and Adaptive Cards, as far as Octopus uses them.

type Json = Readonly<Record<string, unknown>>;

/** A message as it is read: its payload, or its text where it has none. */
export function seen({ payload, text }: { readonly payload: unknown; readonly text: string }): string {
  if (payload === null || payload === undefined) return text;
  return lines(payload)
    .map((line) => plain(line).trimEnd())
    .join('\n');
}

export interface SeenButton {
  readonly label: string;
  readonly action: string;
  readonly value: unknown;
}

/** The buttons that can be pressed on it, the ones of inner cards too. */
export function buttonsOf(payload: unknown): readonly SeenButton[] {
  if (Array.isArray(payload)) return payload.flatMap(buttonsOf);
  if (!isJson(payload)) return [];
  if (payload['type'] === 'button')
    return [
      { label: textOf(payload['text']), action: String(payload['action_id']), value: payload['value'] },
    ];
  if (payload['type'] === 'Action.Execute')
    return [{ label: String(payload['title']), action: String(payload['verb']), value: payload['data'] }];
  return Object.values(payload).flatMap(buttonsOf);
}

function lines(part: unknown): readonly string[] {
  if (Array.isArray(part)) return part.flatMap(lines);
  if (!isJson(part)) return [];
  switch (part['type']) {
    case 'header':
      return [`# ${textOf(part['text'])}`];
    case 'section':
      return [
        ...textLines(part['text']),
        ...list(part['fields']).map((field) => textOf(field).replace('\n', ': ')),
      ];
    case 'context':
      return list(part['elements']).map((element) => `(${textOf(element)})`);
    case 'actions':
      return [list(part['elements']).map(slackButton).join(' ')];
    case 'input':
      return [
        `${textOf(part['label'])}${part['optional'] === true ? ' (optional)' : ''}: ${slackInput(part['element'])}`,
        ...textLines(part['hint']),
      ];
    case 'modal':
      return [`# ${textOf(part['title'])}`, ...lines(part['blocks']), `[${textOf(part['submit'])}]`];
    case 'AdaptiveCard':
      return [...lines(part['body']), ...actionLine(part['actions'])];
    case 'TextBlock':
      return [`${part['size'] === 'Large' ? '# ' : ''}${String(part['text'])}`];
    case 'FactSet':
      return list(part['facts']).map((fact) => `${String(fact['title'])}: ${String(fact['value'])}`);
    case 'Container':
      return lines(part['items']);
    case 'ActionSet':
      return actionLine(part['actions']);
    case 'Table':
      return list(part['rows']).map((row) =>
        list(row['cells'])
          .map((cell) => lines(cell['items']).join(' '))
          .join(' | '),
      );
    case 'Input.Text':
    case 'Input.ChoiceSet':
      return [
        `${String(part['label'])}${part['isRequired'] === true ? '' : ' (optional)'}: ${teamsInput(part)}`,
      ];
    default:
      return part['blocks'] === undefined ? [`?? ${String(part['type'])}`] : lines(part['blocks']);
  }
}

function slackButton(button: Json): string {
  const { confirm } = button;
  return `[${textOf(button['text'])}${isJson(confirm) ? `, asks: ${textOf(confirm['text'])}` : ''}]`;
}

function slackInput(element: unknown): string {
  if (!isJson(element)) return '';
  const options = list(element['options']).map((option) => textOf(option['text']));
  const { initial_option: chosen } = element;
  const value = isJson(chosen) ? textOf(chosen['text']) : wordOf(element['initial_value']);
  return options.length === 0 ? `<${value}>` : `<${value}> of ${options.join(', ')}`;
}

function teamsInput(input: Json): string {
  const choices = list(input['choices']).map(({ title }) => String(title));
  const value = wordOf(input['value']);
  return choices.length === 0 ? `<${value}>` : `<${value}> of ${choices.join(', ')}`;
}

function actionLine(actions: unknown): readonly string[] {
  const all = list(actions);
  if (all.length === 0) return [];
  return [
    all
      .map((action) => {
        const { card, title } = action;
        return isJson(card) ? `[${String(title)}, asks: ${lines(card).join(' ')}]` : `[${String(title)}]`;
      })
      .join(' '),
  ];
}

function textLines(text: unknown): readonly string[] {
  return text === undefined ? [] : textOf(text).split('\n');
}

function textOf(text: unknown): string {
  return isJson(text) && typeof text['text'] === 'string' ? text['text'] : '';
}

function wordOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Instants in UTC, entities and escapes as characters; line numbers of policies and instants in facts are left out. */
function plain(line: string): string {
  return line
    .replaceAll(/<!date\^\d+\^[^|]*\|([^>]*)>/g, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .replaceAll(/\{\{DATE\(([\d-]+)T(\d\d:\d\d):\d\dZ,SHORT\)\}\} \{\{TIME\([^)]*\)\}\}/g, '$1 $2 UTC')
    .replaceAll(/\\([\\`*_~[\]()#<>|.+-])/g, '$1')
    .replaceAll(/(\.clp):\d+(?=, policy)/g, '$1')
    .replaceAll(/\(id [^\s:)]+:[^\s)]+\)/g, '(id …)')
    .replaceAll(/(?<=[ (])\d{4}-\d\d-\d\dT[\d:]{8}Z(?=[ )])/g, '…')
    .replaceAll('\u00a0', ' ');
}
