// Adaptive Cards 1.5 as published at adaptivecards.io/explorer: the part that bots use in Teams, as data.

export type Kind =
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

/** The properties of an object, as far as bots use them. */
export interface Shape {
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

export const ELEMENTS: Readonly<Record<string, Shape>> = {
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

export const ACTIONS: Readonly<Record<string, Shape>> = {
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

export const PARTS: Readonly<Record<string, Shape>> = {
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

/** What the entries of each kind of list are. */
export const LISTS = {
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

export type ListKind = keyof typeof LISTS;

export function isListKind(kind: string): kind is ListKind {
  return Object.hasOwn(LISTS, kind);
}
