// The only place where elements are made. Text goes in as text nodes; nothing here or elsewhere parses markup.

const SVG = 'http://www.w3.org/2000/svg';

/** An element. Properties: `class`, `on` {event: listener}, `data` {name: value}; everything else is an attribute; null and false are left out. */
export function h(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

/** The same for drawings. */
export function svg(tag, properties = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), properties, children);
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'on') for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else if (name === 'data') for (const [key, v] of Object.entries(value)) { if (v !== null && v !== undefined) element.dataset[key] = v; }
    else if (name === 'value' || name === 'checked' || name === 'open') element[name] = value;
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  add(element, children);
  return element;
}

function add(element, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false || child === '') continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** Puts these children in place of what was there. */
export function put(element, ...children) {
  element.replaceChildren();
  add(element, children);
  return element;
}

// Controls, bidirectional controls, zero-width and other characters that deceive the eye.
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc]|[\u{e0000}-\u{e0fff}]/gu;
const LONG = 320;

/** Text that came from a packet: isolated, every unseen character made visible, cut with a way to the rest when very long. */
export function seen(text, label = '…') {
  const whole = text === null || text === undefined ? '' : String(text);
  const place = h('bdi');
  if (whole.length > LONG) {
    put(place, visible(whole.slice(0, LONG)), h('button', { type: 'button', class: 'more', on: { click: e => {
      e.preventDefault(); e.stopPropagation(); put(place, visible(whole));
    } } }, `… +${whole.length - LONG}`));
  } else put(place, visible(whole));
  return place;
}

function visible(text) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(UNSEEN)) {
    if (match.index > from) parts.push(text.slice(from, match.index));
    const code = match[0].codePointAt(0).toString(16).toUpperCase().padStart(4, '0');
    parts.push(h('span', { class: 'ctl', title: `U+${code}` }, `U+${code}`));
    from = match.index + match[0].length;
  }
  if (from < text.length) parts.push(text.slice(from));
  return parts;
}

/** The same for places that take only a string: titles, labels, options. */
export function plain(text, longest = 120) {
  const shown = String(text ?? '').replace(UNSEEN, c => `⟨U+${c.codePointAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`);
  return shown.length > longest ? shown.slice(0, longest) + '…' : shown;
}
