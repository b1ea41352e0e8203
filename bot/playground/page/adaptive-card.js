import { patch } from './dom.js';
import { markdown } from './markdown.js';

// Adaptive Cards by their vendor's own renderer, in the page's colours.

/** The vendor's script has put itself there. */
const library = /** @type {typeof import('adaptivecards')} */ (Reflect.get(globalThis, 'AdaptiveCards'));

// The library takes the text's HTML. It is serialised from elements whose words are text nodes, so it is escaped.
library.AdaptiveCard.onProcessMarkdown = (text, result) => {
  const holder = document.createElement('div');
  patch(holder, markdown(text));
  result.outputHtml = holder.innerHTML;
  result.didProcess = true;
};

/**
 * @typedef {object} CardHost
 * @property {(action: { verb: string, data: unknown, inputs: Record<string, string> }) => void} press
 */

/**
 * Draws a card into an element. What was typed into its fields and where the focus was is carried over from what the
 * element held before.
 * @param {HTMLElement} element
 * @param {unknown} payload
 * @param {CardHost} host
 */
export function drawCard(element, payload, host) {
  const card = new library.AdaptiveCard();
  card.hostConfig = new library.HostConfig(hostConfig());
  card.onExecuteAction = (action) => act(action, card, host);
  const context = new library.SerializationContext();
  card.parse(payload, context);
  const problems = Array.from({ length: context.eventCount }, (_, at) => context.getEventAt(at).message);
  const typed = typedIn(element);
  const focused = element.contains(document.activeElement) ? placeOf(element, document.activeElement) : null;
  const rendered = card.render();
  const parts = rendered === undefined ? [] : [rendered];
  if (problems.length > 0 || rendered === undefined) parts.push(notice(problems));
  element.replaceChildren(...parts);
  for (const [place, value] of typed) {
    const control = controls(element)[place];
    if (control !== undefined) Object.assign(control, { value });
  }
  if (focused !== null) controls(element)[focused]?.focus();
}

/**
 * @param {import('adaptivecards').Action} action
 * @param {import('adaptivecards').AdaptiveCard} card
 * @param {CardHost} host
 */
function act(action, card, host) {
  if (action instanceof library.OpenUrlAction) {
    if (/^https?:\/\//iu.test(action.url ?? '')) window.open(action.url, '_blank', 'noopener,noreferrer');
    return;
  }
  if (!(action instanceof library.ExecuteAction || action instanceof library.SubmitAction)) return;
  /** @type {Record<string, string>} */
  const inputs = {};
  for (const input of card.getAllInputs()) if (input.id) inputs[input.id] = String(input.value ?? '');
  // The library has put the inputs into the data; they travel beside it.
  const data = Object.fromEntries(Object.entries(action.data ?? {}).filter(([name]) => !(name in inputs)));
  host.press({
    verb: action instanceof library.ExecuteAction ? action.verb : action.getJsonTypeName(),
    data,
    inputs,
  });
}

/** @param {string[]} messages */
function notice(messages) {
  const note = document.createElement('p');
  note.className = 'unknown';
  note.setAttribute('role', 'note');
  note.textContent =
    messages.length > 0 ? `Parts of this card are not drawn: ${messages.join('; ')}` : 'This card is empty.';
  return note;
}

/**
 * @param {Element} element
 * @returns {HTMLInputElement[]}
 */
const controls = (element) =>
  [...element.querySelectorAll('input, textarea, select, button')].map(
    (one) => /** @type {HTMLInputElement} */ (one),
  );

/**
 * @param {Element} element
 * @param {Element | null} control
 */
const placeOf = (element, control) => controls(element).findIndex((one) => one === control);

/**
 * Fields that the person has changed, with their places.
 * @param {Element} element
 * @returns {[number, string][]}
 */
function typedIn(element) {
  return controls(element).flatMap((one, place) =>
    one.localName !== 'button' && one.value !== one.defaultValue && one.value !== ''
      ? [/** @type {[number, string]} */ ([place, one.value])]
      : [],
  );
}

/** The renderer's configuration, with colours of the page's style. */
function hostConfig() {
  const style = getComputedStyle(document.documentElement);
  const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  const text = (/** @type {string} */ name) => ({ default: colour(name), subtle: colour('--subtle') });
  const foregroundColors = {
    default: text('--text'),
    dark: text('--text'),
    light: text('--subtle'),
    accent: text('--teams'),
    good: text('--good'),
    warning: text('--warning'),
    attention: text('--bad'),
  };
  const container = (/** @type {string} */ background) => ({
    backgroundColor: colour(background),
    foregroundColors,
  });
  return {
    fontFamily: colour('--font'),
    supportsInteractivity: true,
    spacing: { small: 4, default: 8, medium: 12, large: 20, extraLarge: 28, padding: 14 },
    separator: { lineThickness: 1, lineColor: colour('--line') },
    fontSizes: { small: 12, default: 14, medium: 15, large: 17, extraLarge: 20 },
    fontTypes: {
      default: {
        fontFamily: colour('--font'),
        fontSizes: { small: 12, default: 14, medium: 15, large: 17, extraLarge: 20 },
      },
      monospace: {
        fontFamily: colour('--mono'),
        fontSizes: { small: 12, default: 13, medium: 14, large: 15, extraLarge: 17 },
      },
    },
    containerStyles: {
      default: container('--card'),
      emphasis: container('--raised'),
      good: container('--good-soft'),
      warning: container('--warning-soft'),
      attention: container('--bad-soft'),
      accent: container('--teams-soft'),
    },
    actions: {
      maxActions: 6,
      spacing: 'default',
      buttonSpacing: 8,
      showCard: { actionMode: 'inline', inlineTopMargin: 12, style: 'emphasis' },
      actionsOrientation: 'horizontal',
      actionAlignment: 'left',
      allowTitleToWrap: true,
    },
    factSet: {
      title: { weight: 'default', isSubtle: true, wrap: true, maxWidth: 140 },
      value: { wrap: true },
      spacing: 16,
    },
    table: { cellSpacing: 6 },
    inputs: {
      errorMessage: { color: 'attention', size: 'small' },
      label: {
        requiredInputs: { weight: 'bolder', suffix: ' *', suffixColor: 'attention' },
        optionalInputs: { weight: 'bolder' },
      },
    },
  };
}
