// The page as a function of what is to be shown: `h` describes elements, `patch` makes a parent's children like the
// description and keeps the elements that are there, so focus, typed text and open menus stay as they are.

/**
 * @typedef {object} Described an element as it should be
 * @property {string} tag
 * @property {string | null} key the same key among siblings is the same element
 * @property {Record<string, unknown>} props
 * @property {Child[]} children
 * @typedef {Described | string | number | null | undefined | false | Child[]} Child
 */

const svgSpace = 'http://www.w3.org/2000/svg';
const svgTags = new Set(['svg', 'g', 'rect', 'path', 'circle', 'line', 'text', 'title', 'defs', 'pattern']);

/** Properties that are the element's state rather than an attribute, and are set even when the person has changed them. */
const states = new Set(['checked', 'disabled', 'hidden', 'open', 'selected']);

/** @type {WeakMap<Node, string>} */
const keys = new WeakMap();
/** @type {WeakMap<Node, Record<string, unknown>>} */
const given = new WeakMap();

/**
 * Describes an element. Props: `key`; `onclick` and its like take functions; `value` is an initial value only;
 * `draw` with `drawn` hands the element's inside to a function, called again when `drawn` (a text) differs; the rest
 * are attributes, left out when null, undefined or false.
 * @param {string} tag
 * @param {Record<string, unknown> | null} [props]
 * @param {...Child} children
 * @returns {Described}
 */
export function h(tag, props, ...children) {
  const { key, ...rest } = props ?? {};
  return {
    tag,
    key: typeof key === 'string' ? key : typeof key === 'number' ? String(key) : null,
    props: rest,
    children,
  };
}

/**
 * Makes the children of `parent` what is described, keeping elements of the same key (or, without keys, the same tag in
 * the same order).
 * @param {Element} parent
 * @param {Child} children
 */
export function patch(parent, children) {
  const wanted = flat(children);
  /** @type {Map<string, Node>} */
  const keyed = new Map();
  /** @type {Node[]} */
  const loose = [];
  for (const node of parent.childNodes) {
    const key = keys.get(node);
    if (key === undefined) loose.push(node);
    else keyed.set(key, node);
  }
  const nodes = wanted.map((child) => {
    const node =
      typeof child === 'object' && child.key !== null ? keyed.get(child.key) : takeLike(loose, child);
    return node !== undefined && isLike(node, child) ? node : create(child, parent);
  });
  // What goes is removed first: then nothing that stays has to be moved, and moving would take the focus away.
  const kept = new Set(nodes);
  for (const node of Array.from(parent.childNodes)) if (!kept.has(node)) node.remove();
  nodes.forEach((node, index) => {
    const there = parent.childNodes[index];
    if (there !== node) parent.insertBefore(node, there ?? null);
    update(node, /** @type {Described | string} */ (wanted[index]));
  });
}

/**
 * @param {Child} children
 * @returns {(Described | string)[]}
 */
function flat(children) {
  if (Array.isArray(children)) return children.flatMap(flat);
  if (children === null || children === undefined || children === false || children === '') return [];
  return [typeof children === 'number' ? String(children) : children];
}

/**
 * @param {Node[]} loose
 * @param {Described | string} child
 */
function takeLike(loose, child) {
  const at = loose.findIndex((node) => isLike(node, child));
  return at < 0 ? undefined : loose.splice(at, 1)[0];
}

/**
 * @param {Node} node
 * @param {Described | string} child
 */
function isLike(node, child) {
  if (typeof child === 'string') return node.nodeType === Node.TEXT_NODE;
  return node instanceof Element && node.localName === child.tag;
}

/**
 * @param {Described | string} child
 * @param {Element} parent
 * @returns {Node}
 */
function create(child, parent) {
  if (typeof child === 'string') return document.createTextNode(child);
  const isSvg = child.tag === 'svg' || (svgTags.has(child.tag) && parent.namespaceURI === svgSpace);
  const element = isSvg ? document.createElementNS(svgSpace, child.tag) : document.createElement(child.tag);
  if (child.key !== null) keys.set(element, child.key);
  return element;
}

/**
 * @param {Node} node
 * @param {Described | string} child
 */
function update(node, child) {
  if (typeof child === 'string') {
    if (node.nodeValue !== child) node.nodeValue = child;
    return;
  }
  const element = /** @type {HTMLElement} */ (node);
  const before = given.get(element) ?? {};
  for (const name of Object.keys(before)) if (!(name in child.props)) set(element, name, null, before[name]);
  for (const [name, value] of Object.entries(child.props)) set(element, name, value, before[name]);
  given.set(element, child.props);

  const { draw, drawn } = /** @type {{ draw?: (element: HTMLElement) => void, drawn?: string }} */ (
    child.props
  );
  if (draw === undefined) patch(element, child.children);
  else if (before['drawn'] !== drawn) draw(element);
  // A select shows its initial value only once its options are there.
  if (
    element instanceof HTMLSelectElement &&
    !('value' in before) &&
    typeof child.props['value'] === 'string'
  )
    element.value = child.props['value'];
}

/**
 * @param {HTMLElement} element
 * @param {string} name
 * @param {unknown} value
 * @param {unknown} before
 */
function set(element, name, value, before) {
  if (name === 'draw' || name === 'drawn') return;
  if (name.startsWith('on')) return void Object.assign(element, { [name]: value ?? null });
  if (states.has(name)) return void Object.assign(element, { [name]: Boolean(value) });
  if (name === 'style') return restyle(element, /** @type {Record<string, string>} */ (value ?? {}), before);
  if (value === before) return;
  if (name === 'value') {
    if (before === undefined && element instanceof HTMLTextAreaElement) element.defaultValue = textual(value);
    else if (before === undefined && !(element instanceof HTMLSelectElement))
      element.setAttribute(name, textual(value));
    return;
  }
  if (value === null || value === undefined || value === false) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? '' : textual(value));
}

/** @param {unknown} value */
const textual = (value) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

/**
 * Styles as properties: the page's security policy forbids them as an attribute.
 * @param {HTMLElement} element
 * @param {Record<string, string>} style
 * @param {unknown} before
 */
function restyle(element, style, before) {
  for (const name of Object.keys(before ?? {})) if (!(name in style)) element.style.removeProperty(name);
  for (const [name, value] of Object.entries(style)) element.style.setProperty(name, value);
}
