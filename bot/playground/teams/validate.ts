import { unreachable } from '../../../policies/model.ts';

// What a card must be for Teams to show it: Adaptive Cards 1.5 as published at adaptivecards.io/explorer, the part that
// bots use. Teams shows a bare error in place of a card that breaks these rules; here it is a list of what is wrong.

type Kind =
  | 'text'
  | 'boolean'
  | 'number'
  | 'any'
  /** A string or a number, as widths are. */
  | 'size'
  | 'element'
  | 'action'
  | 'card'
  | ListKind
  | readonly string[];

interface Shape {
  readonly required: Readonly<Record<string, Kind>>;
  readonly optional: Readonly<Record<string, Kind>>;
}

const SPACING = ['default', 'none', 'small', 'medium', 'large', 'extralarge', 'padding'];
const COLOR = ['default', 'dark', 'light', 'accent', 'good', 'warning', 'attention'];
const ALIGN = ['left', 'center', 'right'];
const STYLE = ['default', 'emphasis', 'good', 'attention', 'warning', 'accent'];
const FONT = ['default', 'monospace'];
const SIZE = ['default', 'small', 'medium', 'large', 'extralarge'];
const WEIGHT = ['default', 'lighter', 'bolder'];

const anyElement: Shape['optional'] = {
  id: 'text',
  isVisible: 'boolean',
  separator: 'boolean',
  spacing: SPACING,
  height: ['auto', 'stretch'],
  fallback: 'any',
  requires: 'any',
};
const anyInput: Shape['optional'] = {
  ...anyElement,
  label: 'text',
  isRequired: 'boolean',
  errorMessage: 'text',
};
const look: Shape['optional'] = {
  color: COLOR,
  fontType: FONT,
  isSubtle: 'boolean',
  size: SIZE,
  weight: WEIGHT,
};

const ELEMENTS: Readonly<Record<string, Shape>> = {
  TextBlock: {
    required: { text: 'text' },
    optional: {
      ...anyElement,
      ...look,
      horizontalAlignment: ALIGN,
      maxLines: 'number',
      wrap: 'boolean',
      style: ['default', 'heading', 'columnheader'],
    },
  },
  RichTextBlock: {
    required: { inlines: 'inlines' },
    optional: { ...anyElement, horizontalAlignment: ALIGN },
  },
  Image: {
    required: { url: 'text' },
    optional: {
      ...anyElement,
      altText: 'text',
      size: ['auto', 'stretch', 'small', 'medium', 'large'],
      width: 'text',
      horizontalAlignment: ALIGN,
      style: ['default', 'person'],
      selectAction: 'action',
    },
  },
  ImageSet: { required: { images: 'images' }, optional: { ...anyElement } },
  Container: {
    required: { items: 'elements' },
    optional: { ...anyElement, style: STYLE, bleed: 'boolean', minHeight: 'text', selectAction: 'action' },
  },
  ColumnSet: {
    required: {},
    optional: { ...anyElement, columns: 'columns', style: STYLE, bleed: 'boolean', selectAction: 'action' },
  },
  FactSet: { required: { facts: 'facts' }, optional: { ...anyElement } },
  ActionSet: { required: { actions: 'actions' }, optional: { ...anyElement } },
  Table: {
    required: {},
    optional: {
      ...anyElement,
      columns: 'any',
      rows: 'rows',
      firstRowAsHeader: 'boolean',
      showGridLines: 'boolean',
      gridStyle: STYLE,
    },
  },
  'Input.Text': {
    required: { id: 'text' },
    optional: {
      ...anyInput,
      isMultiline: 'boolean',
      maxLength: 'number',
      placeholder: 'text',
      regex: 'text',
      style: ['text', 'tel', 'url', 'email', 'password'],
      value: 'text',
    },
  },
  'Input.Number': {
    required: { id: 'text' },
    optional: { ...anyInput, min: 'number', max: 'number', placeholder: 'text', value: 'number' },
  },
  'Input.Date': {
    required: { id: 'text' },
    optional: { ...anyInput, min: 'text', max: 'text', value: 'text' },
  },
  'Input.Time': {
    required: { id: 'text' },
    optional: { ...anyInput, min: 'text', max: 'text', value: 'text' },
  },
  'Input.Toggle': {
    required: { id: 'text', title: 'text' },
    optional: { ...anyInput, value: 'text', valueOff: 'text', valueOn: 'text', wrap: 'boolean' },
  },
  'Input.ChoiceSet': {
    required: { id: 'text' },
    optional: {
      ...anyInput,
      choices: 'choices',
      isMultiSelect: 'boolean',
      style: ['compact', 'expanded', 'filtered'],
      value: 'text',
      placeholder: 'text',
      wrap: 'boolean',
    },
  },
};

const anyAction: Shape['optional'] = {
  id: 'text',
  title: 'text',
  iconUrl: 'text',
  style: ['default', 'positive', 'destructive'],
  fallback: 'any',
  tooltip: 'text',
  isEnabled: 'boolean',
  mode: ['primary', 'secondary'],
  requires: 'any',
};

const ACTIONS: Readonly<Record<string, Shape>> = {
  'Action.Execute': {
    required: { title: 'text' },
    optional: { ...anyAction, verb: 'text', data: 'any', associatedInputs: ['auto', 'none'] },
  },
  'Action.Submit': {
    required: { title: 'text' },
    optional: { ...anyAction, data: 'any', associatedInputs: ['auto', 'none'] },
  },
  'Action.ShowCard': { required: { title: 'text', card: 'card' }, optional: anyAction },
  'Action.OpenUrl': { required: { title: 'text', url: 'text' }, optional: anyAction },
  'Action.ToggleVisibility': { required: { title: 'text', targetElements: 'any' }, optional: anyAction },
};

const PARTS: Readonly<Record<string, Shape>> = {
  Fact: { required: { title: 'text', value: 'text' }, optional: {} },
  Choice: { required: { title: 'text', value: 'text' }, optional: {} },
  Column: {
    required: {},
    optional: { ...anyElement, items: 'elements', width: 'size', style: STYLE, selectAction: 'action' },
  },
  TableRow: { required: { cells: 'cells' }, optional: { style: STYLE } },
  TableCell: { required: { items: 'elements' }, optional: { style: STYLE, selectAction: 'action' } },
  TextRun: { required: { text: 'text' }, optional: { ...look, italic: 'boolean', selectAction: 'action' } },
  AdaptiveCard: {
    required: {},
    optional: {
      version: 'text',
      body: 'elements',
      actions: 'actions',
      fallbackText: 'text',
      speak: 'text',
      lang: 'text',
      refresh: 'any',
      selectAction: 'action',
    },
  },
};

type Json = Readonly<Record<string, unknown>>;

/** What is wrong with a card, each with the path to it; empty for a card that Teams shows. */
export function problemsOf(card: unknown): readonly string[] {
  const found: string[] = [];
  const inputs = new Set<string>();
  if (!isObject(card) || card['type'] !== 'AdaptiveCard') return ['card: is not an AdaptiveCard'];
  const version = card['version'];
  if (typeof version !== 'string') found.push('card.version: is missing');
  else if (!/^1\.[0-5]$/.test(version)) found.push(`card.version: Teams shows 1.0 to 1.5, not ${version}`);
  checkShape(card, 'AdaptiveCard', PARTS['AdaptiveCard'], 'card');
  return found;

  function checkShape(value: Json, type: string, shape: Shape | undefined, path: string): void {
    if (shape === undefined) {
      found.push(`${path}: unknown type ${type}`);
      return;
    }
    for (const [name, kind] of Object.entries(shape.required)) {
      if (value[name] === undefined) found.push(`${path}.${name}: is missing in ${type}`);
      else checkKind(value[name], kind, `${path}.${name}`);
    }
    for (const [name, kind] of Object.entries(shape.optional)) {
      if (value[name] !== undefined) checkKind(value[name], kind, `${path}.${name}`);
    }
    checkFallback(value['fallback'], path, type);
    if (type.startsWith('Input.')) checkInputId(value['id'], path);
  }

  function checkKind(value: unknown, kind: Kind, path: string): void {
    if (typeof kind !== 'string') {
      const isKnown = typeof value === 'string' && kind.includes(value.toLowerCase());
      if (!isKnown) found.push(`${path}: ${String(value)} is none of ${kind.join(', ')}`);
      return;
    }
    if (isListKind(kind)) {
      checkList(value, kind, path);
      return;
    }
    switch (kind) {
      case 'any':
        return;
      case 'text':
        if (typeof value !== 'string') found.push(`${path}: is not a string`);
        return;
      case 'boolean':
        if (typeof value !== 'boolean') found.push(`${path}: is not true or false`);
        return;
      case 'number':
        if (typeof value !== 'number') found.push(`${path}: is not a number`);
        return;
      case 'size':
        if (typeof value !== 'number' && typeof value !== 'string') found.push(`${path}: is not a width`);
        return;
      case 'element':
        checkTyped(value, ELEMENTS, path);
        return;
      case 'action':
        checkTyped(value, ACTIONS, path);
        return;
      case 'card':
        checkPart(value, 'AdaptiveCard', path);
        return;
      default:
        unreachable(kind);
    }
  }

  function checkList(value: unknown, kind: ListKind, path: string): void {
    if (!Array.isArray(value)) {
      found.push(`${path}: is not a list`);
      return;
    }
    for (const [index, item] of value.entries()) {
      const place = `${path}[${index}]`;
      const part = LISTS[kind];
      if (part === 'element') checkTyped(item, ELEMENTS, place);
      else if (part === 'action') checkTyped(item, ACTIONS, place);
      else if (part !== 'TextRun' || typeof item !== 'string') checkPart(item, part, place);
    }
  }

  function checkTyped(value: unknown, shapes: Readonly<Record<string, Shape>>, path: string): void {
    if (!isObject(value)) found.push(`${path}: is not an object`);
    else if (typeof value['type'] !== 'string') found.push(`${path}.type: is missing`);
    else checkShape(value, value['type'], shapes[value['type']], path);
  }

  function checkPart(value: unknown, type: string, path: string): void {
    if (isObject(value)) checkShape(value, type, PARTS[type] ?? ELEMENTS[type], path);
    else found.push(`${path}: is not an object`);
  }

  function checkFallback(fallback: unknown, path: string, type: string): void {
    if (fallback === undefined || fallback === 'drop') return;
    checkTyped(fallback, type.startsWith('Action.') ? ACTIONS : ELEMENTS, `${path}.fallback`);
  }

  function checkInputId(id: unknown, path: string): void {
    if (typeof id !== 'string') return;
    if (inputs.has(id)) found.push(`${path}.id: ${id} is used twice`);
    inputs.add(id);
  }
}

const LISTS = {
  elements: 'element',
  actions: 'action',
  inlines: 'TextRun',
  facts: 'Fact',
  choices: 'Choice',
  columns: 'Column',
  rows: 'TableRow',
  cells: 'TableCell',
  images: 'Image',
} as const;

type ListKind = keyof typeof LISTS;

function isListKind(kind: string): kind is ListKind {
  return Object.hasOwn(LISTS, kind);
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
