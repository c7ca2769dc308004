// What is normal: how far it is learned, line by line, and what people say of it.
import { h, put, seen, svg } from 'vigie/dom.js';
import { get, post } from 'vigie/api.js';
import { may } from 'vigie/state.js';
import { many, t, trouble, word } from 'vigie/text.js';
import { number, short, when } from 'vigie/time.js';
import { hear } from 'vigie/live.js';
import { pageKeys } from 'vigie/keys.js';
import { go } from 'vigie/route.js';
import { rooms } from 'vigie/parts/rooms.js';
import { form } from 'vigie/parts/verdict.js';
import { empty, failure, loading, said, severity, toast, words } from 'vigie/parts/signs.js';

const PAGE = 50;
const CLASSES = ['peers', 'operations', 'points', 'writers', 'rhythm', 'band', 'devices'];
const KINDS = ['writer', 'operator', 'reader', 'supervisor', 'client', 'engineer', 'server', 'notifier', 'subscriber', 'peer', 'controller', 'unit', 'device', 'home', 'nature', 'writes-to'];

/** New things over time, as bars: it is learned when they have become none. */
export function picture(parts, hours) {
  const most = Math.max(1, ...parts);
  return svg('svg', { class: 'news', viewBox: `0 0 ${parts.length * 5} 20`, role: 'img', 'aria-label': t('normal.picture', { n: number(parts.reduce((a, b) => a + b, 0)), hours: number(hours) }) },
    parts.map((n, i) => svg('rect', { x: i * 5, y: 20 - Math.max(n > 0 ? 1.5 : 0.5, 20 * n / most), width: 4, height: Math.max(n > 0 ? 1.5 : 0.5, 20 * n / most), class: n > 0 ? 'some' : 'none' })));
}

export function normal(root, route) {
  let gone = false;
  let timer;
  let at = -1;
  let lines = [];
  const sought = { device: route.id ?? '', behaviour: '', state: '', q: '', offset: 0 };
  const sums = h('div', { class: 'stack' }, h('div', { class: 'card' }, loading(3)));
  const devices = h('div', { class: 'learned' });
  const table = h('div', { class: 'stack' });
  const count = h('span', { class: 'muted small', role: 'status' });
  const text = h('input', { type: 'search', maxlength: 300, 'aria-label': t('normal.search'), placeholder: t('normal.search'), on: { input: () => { clearTimeout(timer); timer = setTimeout(() => { sought.q = text.value.trim(); sought.offset = 0; list(); }, 300); } } });
  const choice = (name, values, label) => h('select', { 'aria-label': label, on: { change: e => { sought[name] = e.target.value; sought.offset = 0; list(); } } }, h('option', { value: '' }, label), values.map(v => h('option', { value: v }, word(name === 'state' ? 'origin' : 'behaviour', v))));
  put(root, rooms('normal'), h('div', { class: 'head' }, h('h1', {}, t('normal.title')), h('p', {}, t('normal.lead')),
    h('span', { class: 'row right' }, may('analyst') && h('button', { class: 'button', type: 'button', on: { click: add } }, t('normal.add'), h('kbd', {}, 'n')),
      h('a', { class: 'button', href: '/api/v1/normal/export?format=tsv', download: 'normal.tsv' }, t('normal.export')), h('a', { class: 'button', href: '/api/v1/normal/export?format=yaml', download: 'learned.yaml' }, t('normal.export.site')))),
  sums, devices, h('section', { class: 'card stack learned' }, h('h2', {}, t('normal.lines')), h('div', { class: 'row filters' }, text, choice('behaviour', CLASSES, t('normal.all.behaviours')), choice('state', ['learned', 'approved', 'rejected'], t('normal.all.states')),
    sought.device && h('a', { class: 'chip', href: '#/normal' }, t('normal.one.device'), ' ×'), count), table));

  async function load(background = false) {
    try {
      const device = sought.device ? `&device=${encodeURIComponent(sought.device)}` : '';
      const [sum, far] = await Promise.all([get('/normal', background), get(`/normal/devices?limit=20${device}`, background)]);
      if (gone) return;
      put(sums, !sought.device && overall(sum), !sought.device && would(sum));
      put(devices, progress(far));
    } catch (error) { if (!gone && !background) put(sums, h('div', { class: 'card' }, failure(error, () => load()))); }
  }

  async function list(background = false) {
    if (!background) put(table, loading(5));
    const p = new URLSearchParams({ offset: sought.offset, limit: PAGE });
    for (const name of ['device', 'behaviour', 'state', 'q']) if (sought[name]) p.set(name, sought[name]);
    try {
      const found = await get(`/normal/lines?${p}`, background);
      if (gone) return;
      lines = found.items;
      put(count, many('normal.found', found.total, number(found.total)));
      show(found);
    } catch (error) { if (!gone && !background) put(table, failure(error, () => list())); }
  }

  const overall = sum => sum.behaviours.length === 0 ? h('div', { class: 'card' }, empty(t('normal.none'), t('normal.none.why')))
    : h('section', { class: 'card stack' }, h('h2', {}, t('normal.overall')), h('p', { class: 'muted' }, sum.until ? [t('normal.until'), ' ', when(sum.until, short)] : t('normal.evidence')),
      h('div', { class: 'table' }, h('table', { class: 'learning' }, h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('normal.behaviour')), h('th', { scope: 'col' }, t('normal.saturation')), h('th', { scope: 'col' }, t('normal.news')), h('th', { scope: 'col', class: 'opt' }, t('normal.heard')), h('th', { scope: 'col', class: 'opt' }, t('normal.ended')))),
        h('tbody', {}, sum.behaviours.map(b => h('tr', {}, h('th', { scope: 'row' }, word('behaviour', b.behaviour)), meter(b.saturation), h('td', {}, picture(b.parts, b.hours)), h('td', { class: 'opt' }, number(b.evidence)), h('td', { class: 'opt' }, t('normal.of', { n: number(b.ended), total: number(b.devices) }))))))));

  const meter = n => h('td', {}, h('span', { class: 'progress' }, h('meter', { min: 0, max: 100, value: n, 'aria-label': t('normal.saturation') }), h('b', {}, `${number(n)} %`)));

  const would = sum => h('section', { class: 'card stack' }, h('h2', {}, t('normal.would', { n: sum.days })), sum.wouldHave.length === 0 ? h('p', { class: 'muted' }, t('normal.would.none'))
    : [h('p', { class: 'muted' }, t('normal.would.lead')), h('ul', { class: 'facts' }, sum.wouldHave.map(w => h('li', {}, h('details', {}, h('summary', {}, severity(w.severity), ' ', h('span', { class: 'mono' }, w.rule), ' ', seen(said(w.name)), h('span', { class: 'muted small' }, ` · ${many('normal.cases', w.count, number(w.count))}`)),
      h('ul', { class: 'facts' }, w.examples.map(e => h('li', { class: 'mono' }, seen([e.who, e.whom].filter(Boolean).join(' → ')), e.point && [' · ', seen(e.point)], h('span', { class: 'muted small' }, ' · ', when(e.last, short)))))))))]);

  const progress = far => far.total === 0 ? null : h('section', { class: 'card stack' }, h('h2', {}, t(sought.device ? 'normal.device' : 'normal.least')), h('div', { class: 'table' }, h('table', { class: 'learning' },
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('normal.who')), h('th', { scope: 'col' }, t('normal.saturation')), h('th', { scope: 'col' }, t('normal.news')), h('th', { scope: 'col', class: 'opt' }, t('normal.heard')), may('analyst') && h('th', { scope: 'col' }, h('span', { class: 'visually-hidden' }, t('normal.act'))))),
    h('tbody', {}, far.items.map(p => h('tr', {}, h('th', { scope: 'row' }, name(p.name || t('normal.site'), p.asset), h('br'), h('span', { class: 'muted small' }, word('behaviour', p.behaviour))), meter(p.saturation), h('td', {}, picture(p.parts, p.hours)),
      h('td', { class: 'opt' }, t('normal.evidence.of', { n: number(p.evidence), hours: number(p.heard), quiet: number(p.quiet) })),
      may('analyst') && h('td', {}, h('button', { class: 'button small', type: 'button', on: { click: () => turn(p) } }, t(p.ended ? 'normal.again' : 'normal.end')))))))));

  const name = (shown, asset) => asset ? h('a', { href: `#/normal/${encodeURIComponent(asset)}` }, seen(shown)) : seen(shown);

  async function turn(p) {
    const title = t(p.ended ? 'normal.again' : 'normal.end');
    const comment = await words({ title: `${title} – ${p.name || t('normal.site')}, ${word('behaviour', p.behaviour)}`, go: title });
    if (comment === null) return;
    try {
      const taken = await post('/normal/learning', { subject: p.subject, behaviour: p.behaviour, act: p.ended ? 'again' : 'end', comment });
      toast(t(taken?.waits ? 'normal.waits' : 'done.decision'));
    } catch (error) { toast(trouble(error)); }
    load();
  }

  function show(found) {
    at = -1;
    if (lines.length === 0) { put(table, empty(t('normal.lines.none'), t('normal.lines.none.why'))); return; }
    put(table, h('table', { class: 'learnt' }, h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('normal.kind')), h('th', { scope: 'col' }, t('normal.who')), h('th', { scope: 'col' }, t('normal.whom')), h('th', { scope: 'col', class: 'opt' }, t('normal.since')), h('th', { scope: 'col' }, t('normal.verdict')))),
      h('tbody', {}, lines.map((l, i) => h('tr', { tabindex: '-1', data: { origin: l.origin }, on: { focus: () => { at = i; } } },
        h('td', {}, word('line', l.kind), h('br'), h('span', { class: 'muted small' }, t(`driver.${l.driver}`))),
        h('td', {}, name(l.whoName, l.whoAsset)), h('td', {}, l.whomName && name(l.whomName, l.whomAsset), l.what && [l.whomName && h('br'), h('span', { class: 'mono small' }, seen(l.whatName))]),
        h('td', { class: 'opt muted small' }, when(l.since, short)),
        h('td', {}, h('span', { class: 'badge', data: { r: l.origin === 'approved' ? 'approved' : l.origin === 'rejected' ? 'refused' : 'new' } }, word('origin', l.origin)), may('analyst') && h('span', { class: 'row' },
          l.origin !== 'approved' && h('button', { class: 'button small', type: 'button', on: { click: () => decide(l, true) } }, t('normal.approve')),
          l.origin !== 'rejected' && h('button', { class: 'button small', type: 'button', on: { click: () => decide(l, false) } }, t('normal.reject')))))))),
    h('div', { class: 'row' }, sought.offset > 0 && h('button', { class: 'button', type: 'button', on: { click: () => { sought.offset = Math.max(0, sought.offset - PAGE); list(); } } }, t('normal.before')),
      sought.offset + PAGE < found.total && h('button', { class: 'button', type: 'button', on: { click: () => { sought.offset += PAGE; list(); } } }, t('normal.next'))));
  }

  async function decide(l, approve) {
    if (!l || !may('analyst') || l.origin === (approve ? 'approved' : 'rejected')) return;
    const place = at;
    const title = t(approve ? 'normal.approve' : 'normal.reject');
    const comment = await words({ title: `${title} – ${word('line', l.kind)}`, go: title });
    if (comment === null) return;
    try {
      const taken = await post('/normal/lines', { kind: l.kind, who: l.who, whom: l.whom, what: l.what, verdict: approve ? 'approve' : 'reject', comment });
      toast(t(taken.waits ? 'normal.waits' : 'done.decision'));
    } catch (error) { toast(trouble(error)); }
    await list(true);
    at = place;
    mark();
  }

  async function add() {
    if (!may('analyst')) return;
    const made = await form({
      title: t('normal.add'), go: t('normal.add'),
      body: [
        h('label', { class: 'field' }, h('span', {}, t('normal.kind')), h('select', { name: 'kind' }, KINDS.map(k => h('option', { value: k }, word('line', k))))),
        h('label', { class: 'field' }, h('span', {}, t('normal.who')), h('input', { name: 'who', required: true, maxlength: 300, placeholder: 'default|10.0.0.5', 'data-first': true })),
        h('label', { class: 'field' }, h('span', {}, t('normal.whom')), h('input', { name: 'whom', maxlength: 300 })),
        h('label', { class: 'field' }, h('span', {}, t('normal.what')), h('input', { name: 'what', maxlength: 300 }))],
      send: x => post('/normal/lines', { kind: x.kind, who: x.who, whom: x.whom, what: x.what, verdict: 'approve', comment: '' }),
    });
    if (made) { toast(t(made.waits ? 'normal.waits' : 'done.decision')); list(); }
  }

  function mark() {
    const rows = [...table.querySelectorAll('tbody tr')];
    if (rows.length === 0) return;
    at = Math.min(rows.length - 1, Math.max(0, at));
    rows[at].focus();
    rows[at].scrollIntoView({ block: 'nearest' });
  }

  pageKeys({ j: () => { at++; mark(); }, k: () => { at--; mark(); }, a: () => decide(lines[at], true), r: () => decide(lines[at], false), n: add, '/': () => text.focus(), Escape: () => go('alerts') });
  load();
  list();
  const quiet = hear(change => { if (change.desk) { clearTimeout(timer); timer = setTimeout(() => { load(true); list(true); }, 400); } });
  return { title: t('normal.title'), leave() { gone = true; clearTimeout(timer); quiet(); pageKeys({}); } };
}
