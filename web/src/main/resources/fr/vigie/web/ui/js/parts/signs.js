// Small parts: badges, addresses, names, notes, empty and loading states.
import { h, seen, plain } from 'vigie/dom.js';
import { state, zone } from 'vigie/state.js';
import { t, word, trouble } from 'vigie/text.js';
import { full } from 'vigie/time.js';

/** The letter of a severity, for colours. */
export const letter = severity => ['C', 'H', 'M', 'L'].includes(severity) ? severity : 'I';

export const severity = s => h('span', { class: 'badge', data: { s: letter(s) } }, word('severity', s));
const MEANING = { new: 'open', acknowledged: 'acknowledged', investigating: 'acknowledged', resolved: 'closed', 'false-positive': 'closed', silenced: 'closed' };
export const triage = s => h('span', { class: 'badge', data: { a: MEANING[s] ?? 'open' } }, word('state', s));
export const review = r => h('span', { class: 'badge', data: { r } }, word('review', r));

/** Words of the machine in the language of the person: `{fr, en}` or a plain text. */
export const said = both => both === null || both === undefined ? '' : typeof both === 'string' ? both : both[state.language] ?? both.en ?? '';

// The engine's reasons are English sentences of a fixed form; what is not of that form is shown as it is.
const REASON = /^(raised|lowered): care importance (\d) of 5 of the (target|actor)$/;
const ZONE = /^raised: the actor stands in a zone of kind ([a-z-]+)$/;
const WORK = /^lowered: announced intervention(?: of)? ?(.*?) ?until (\S+)$/;

/** Why a severity was raised or lowered. */
export function reason(text) {
  const m = REASON.exec(text);
  if (m) return t(`reason.${m[1]}.${m[3]}`, { n: m[2] });
  const kind = ZONE.exec(text);
  if (kind) return t('reason.raised.zone', { kind: kind[1] });
  const work = WORK.exec(text);
  return work ? t('reason.work', { what: plain(work[1]), until: full(work[2]) }) : plain(text);
}

/** An address on one line: IP, or what stands below it, or MAC. */
export function address(e) {
  if (!e) return '';
  const below = e.knx ? `KNX ${e.knx}` : e.bacnet ? `BACnet ${e.bacnet}` : e.unit !== undefined && e.unit !== null ? `unit ${e.unit}` : e.lon ? `LON ${e.lon}` : '';
  const ip = e.ip && e.port ? (e.ip.includes(':') ? `[${e.ip}]:${e.port}` : `${e.ip}:${e.port}`) : e.ip;
  return [ip ?? (below ? '' : e.mac ?? ''), below].filter(Boolean).join(' · ');
}

/** The address to show of a device: one that it has now, an IP before what stands below it, that before a MAC. */
export const mainAddress = d => (d?.addresses ?? []).map(x => [(x.current ? 4 : 0) + (x.knx || x.bacnet || x.unit !== undefined ? 2 : x.ip ? 3 : 1), x]).sort((a, b) => b[0] - a[0])[0]?.[1];

/** VLAN and MAC behind an address. */
export const behind = e => [e?.ip && e?.mac ? e.mac : '', e?.vlan !== undefined && e?.vlan !== null ? `VLAN ${e.vlan}` : ''].filter(Boolean).join(' · ');

/** A device's name, or that it has none. */
export const called = (d, longest = 400) => d?.name ? seen(plainly(d.name, longest)) : h('span', {}, t('unnamed'), whereabouts(d) && [' (', seen(whereabouts(d)), ')']);

/** The same as a string. */
export const callName = d => d?.name ? d.name : whereabouts(d) || t('unnamed');
const whereabouts = d => d?.address ?? mainAddress(d)?.ip ?? '';
/** Cut, but with its unseen characters kept for `seen` to show. */
export const plainly = (text, longest) => String(text ?? '').length > longest ? `${String(text).slice(0, longest)}…` : String(text ?? '');

export const zoneName = id => id ? seen(zone(id).name) : h('span', { class: 'muted' }, '–');
export const kind = k => word('kind', k || 'unknown');

export const note = (kind_, ...children) => h('div', { class: 'note', data: { k: kind_ }, role: kind_ === 'bad' ? 'alert' : null }, children);

/** An error with its way out. */
export const failure = (error, retry) => h('div', { class: 'stack' }, note('bad', h('strong', {}, t('trouble.title')), h('p', {}, trouble(error))),
  retry && h('p', {}, h('button', { class: 'button', type: 'button', on: { click: retry } }, t('do.retry'))));

export const empty = (title, text, action) => h('div', { class: 'empty' }, h('b', {}, title), text && h('p', {}, text), action);

export const loading = (lines = 4) => h('div', { class: 'loading', role: 'status' }, h('span', { class: 'visually-hidden' }, t('loading')), Array.from({ length: lines }, () => h('i')));

let toasting;
let undoing = null;
/** A sentence that passes. */
export function toast(text, undo = null) {
  document.querySelector('.toast')?.remove();
  clearTimeout(toasting);
  const box = h('div', { class: 'toast', role: 'status' }, plain(text, 300), undo && [' ', h('button', { class: 'button', type: 'button', on: { click: () => { box.remove(); undo(); } } }, t('do.undo'), h('kbd', {}, 'z'))]);
  undoing = undo && (() => { box.remove(); undo(); });
  document.body.append(box);
  toasting = setTimeout(() => { box.remove(); undoing = null; }, undo ? 15000 : 5000);
}

/** Takes back what was done last, while that is offered. */
export function undoLast() { const back = undoing; undoing = null; back?.(); }

/** Asks whether something is to happen, and says what; true or false. */
export function sure({ title, why, go }) {
  return new Promise(done => {
    const yes = h('button', { class: 'button main' }, go);
    const dialog = h('dialog', { 'aria-labelledby': 'sure-title', 'aria-describedby': 'sure-why' }, h('form', { method: 'dialog', on: { submit: () => { dialog.returnValue = 'yes'; } } },
      h('h2', { id: 'sure-title' }, title), h('div', { id: 'sure-why', class: 'stack' }, why),
      h('div', { class: 'row' }, yes, h('button', { class: 'button', type: 'button', on: { click: () => dialog.close('no') } }, t('do.cancel')))));
    dialog.addEventListener('close', () => { dialog.remove(); done(dialog.returnValue === 'yes'); });
    document.body.append(dialog);
    dialog.showModal();
    yes.focus();
  });
}

/** Asks for words; gives them, or null where the person went back. What will happen is said where it is not plain. */
export function words({ title, needed = false, go = t('do.save'), why = null }) {
  return new Promise(done => {
    const area = h('textarea', { name: 'comment', maxlength: 4000, required: needed, 'aria-describedby': 'words-hint' });
    const dialog = h('dialog', { 'aria-labelledby': 'words-title' }, h('form', { method: 'dialog', on: { submit: () => { dialog.returnValue = 'yes'; } } },
      h('h2', { id: 'words-title' }, title), why && h('p', {}, why), h('label', { class: 'field' }, h('span', {}, t('comment.label')), area, h('small', { id: 'words-hint' }, needed ? '' : t('comment.optional'))),
      h('div', { class: 'row' }, h('button', { class: 'button main' }, go), h('button', { class: 'button', type: 'button', on: { click: () => dialog.close('no') } }, t('do.cancel')))));
    dialog.addEventListener('close', () => { dialog.remove(); done(dialog.returnValue === 'yes' ? area.value.trim() : null); });
    area.addEventListener('keydown', e => { if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) dialog.querySelector('form').requestSubmit(); });
    document.body.append(dialog);
    dialog.showModal();
    area.focus();
  });
}
