// Triage of incidents: the list on the left, the incident on the right; several can be decided of together; keyboard first.
import { h, put, seen } from 'vigie/dom.js';
import { get, post, query } from 'vigie/api.js';
import { may, state } from 'vigie/state.js';
import { many, t, trouble, word } from 'vigie/text.js';
import { number, short, when } from 'vigie/time.js';
import { hear } from 'vigie/live.js';
import { pageKeys } from 'vigie/keys.js';
import { go } from 'vigie/route.js';
import { facets } from 'vigie/parts/facets.js';
import { rooms } from 'vigie/parts/rooms.js';
import { address, callName, empty, failure, letter, loading, plainly, said, severity, toast, words } from 'vigie/parts/signs.js';
import { age, assign, closing, standing } from 'vigie/parts/casework.js';
import { incidentDetail } from 'vigie/pages/incident.js';

const FIELDS = ['severity', 'state', 'verdict', 'assignee', 'zone', 'rule'];
const STEP = 50;

export function incidents(root, route) {
  let { q, facets: chosen, sort } = route.list;
  let items = [];
  let total = 0;
  let limit = STEP;
  let now = '';
  let current = route.id;
  let gone = false;
  let timer;
  let detail = null;
  const picked = new Set();
  const list = h('section', { class: 'card list', 'aria-label': t('incidents.title') }, h('div', { class: 'card' }, loading(6)));
  const pane = h('article', { class: 'card detail', 'aria-live': 'off' });
  const count = h('p', { role: 'status' });
  const triageBox = h('div', { class: 'triage', data: { open: current ? 'yes' : 'no' } }, list, pane);
  const tools = h('div', { class: 'card row decide', hidden: true, role: 'region', 'aria-label': t('decide.label') });
  const bar = facets({ fields: FIELDS, chosen, q, hint: t('incidents.search'), change: next => { q = next.q; chosen = next.facets; limit = STEP; picked.clear(); go('incidents', current, { q, facets: chosen, sort }, true); load(); } });
  put(root, rooms('incidents'), h('div', { class: 'head' }, h('h1', {}, t('incidents.title')), count), bar.element, triageBox, tools);

  async function load(background = false) {
    try {
      const found = await get(`/incidents${query({ q, facets: chosen, sort, limit })}`, background);
      if (gone) return;
      items = background ? steady(items, found.items) : found.items;
      total = found.total;
      now = found.now;
      put(count, many('incidents.count', total, number(total)));
      if (!background || !bar.writing()) bar.show(found.facets);
      show();
    } catch (error) { if (!gone && !background) put(list, h('div', { class: 'card' }, failure(error, () => load()))); }
  }

  /** What is looked at stays where it is, though somebody decided of it or it grew; what is new comes first. */
  function steady(before, now_) {
    const place = new Map(before.map((a, i) => [a.id, i]));
    return [...now_.filter(a => !place.has(a.id)), ...now_.filter(a => place.has(a.id)).sort((a, b) => place.get(a.id) - place.get(b.id))];
  }

  function show() {
    const focused = list.contains(document.activeElement) ? document.activeElement.dataset.id : null;
    if (items.length === 0) {
      put(list, empty(t('incidents.none'), t(q || Object.keys(chosen).length > 0 ? 'incidents.none.filtered' : 'incidents.none.ever')));
      return;
    }
    put(list, h('ul', {}, items.map(i => h('li', {}, line(i)))),
      total > items.length && h('div', { class: 'pager' }, h('button', { class: 'button', type: 'button', on: { click: () => { limit = Math.min(500, limit + STEP); load(); } } }, t('more'))));
    if (focused) list.querySelector(`a[data-id="${focused}"]`)?.focus();
    mark();
  }

  function line(i) {
    const actors = (i.devices ?? []).filter(d => i.actors.some(a => d.address && (a.ip === d.address || a.mac === d.address))).map(callName);
    const who = actors.length > 0 ? actors : i.actors.map(address);
    return h('a', { class: 'alert-row', href: route.link(i.id, { q, facets: chosen, sort }), 'aria-current': i.id === current ? 'true' : null, data: { s: letter(i.severity), state: i.state === 'closed' ? 'closed' : i.state, id: i.id, picked: picked.has(i.id) ? 'yes' : 'no' } },
      h('span', { class: 'what' }, picked.has(i.id) && '✓ ', seen(said(i.name)), i.rules.length > 1 && h('span', { class: 'muted' }, ` +${i.rules.length - 1}`)), when(i.last, short),
      h('span', { class: 'route' }, who.slice(0, 2).map((n, k) => [k > 0 && ', ', seen(plainly(n, 60))]), who.length > 2 && ` ${t('several', { n: who.length - 2 })}`, ` · ${many('incidents.alerts', Number(i.alerts), number(i.alerts))}`),
      h('span', { class: 'tags' }, severity(i.severity), standing(i), i.late && h('span', { class: 'badge', data: { r: 'refused' } }, t('incident.late')), i.assignee && h('span', { class: 'chip' }, seen(i.assignee)), h('span', { class: 'chip' }, age(i, now))));
  }

  function open(id) {
    if (id === current && detail) return;
    current = id;
    triageBox.dataset.open = id ? 'yes' : 'no';
    for (const row of list.querySelectorAll('.alert-row')) { if (row.dataset.id === id) row.setAttribute('aria-current', 'true'); else row.removeAttribute('aria-current'); }
    if (id) detail = incidentDetail(pane, id, { back: () => go('incidents', '', { q, facets: chosen, sort }), act: acts });
    else { detail = null; put(pane, empty(t('incidents.choose'), t('incidents.choose.how'))); }
  }

  function step(by) {
    const rows = [...list.querySelectorAll('.alert-row')];
    if (rows.length === 0) return;
    const from = rows.findIndex(r => r === document.activeElement);
    const at = from >= 0 ? from : rows.findIndex(r => r.dataset.id === current) - (current ? 0 : by > 0 ? 0 : -1);
    const row = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
    row.focus();
    row.scrollIntoView({ block: 'nearest' });
    if (matchMedia('(min-width: 1081px)').matches) go('incidents', row.dataset.id, { q, facets: chosen, sort }, true);
  }

  /** What is decided of: those that are picked, else the one in focus, else the one that is open. */
  const meant = () => picked.size > 0 ? [...picked] : [list.contains(document.activeElement) ? document.activeElement.dataset.id : current].filter(Boolean);
  const one = id => items.find(i => i.id === id);

  async function decide(body, ids = meant()) {
    if (!may('analyst') || ids.length === 0 || !body) return;
    try {
      const done = await post('/incidents/decide', { ids, ...body });
      toast(many('incidents.decided', done.count, number(done.count)));
      picked.clear();
      await load(true);
      detail?.refresh();
    } catch (error) { toast(trouble(error)); }
  }

  const acts = {
    acknowledge: ids => decide({ state: 'acknowledged' }, ids),
    work: ids => decide({ state: 'in-progress', assignee: state.user.name }, ids),
    reopen: async ids => { const text = await words({ title: t('do.reopen'), go: t('do.reopen') }); if (text !== null) decide({ state: 'new', comment: text }, ids); },
    comment: async ids => { const text = await words({ title: t('comment.title'), needed: true }); if (text) decide({ comment: text }, ids); },
    close: async ids => decide(await closing(ids.length), ids),
    assign: async ids => decide(await assign(ids.length === 1 ? one(ids[0]) : null, now), ids),
  };
  const key = name => () => { const ids = meant(); if (may('analyst') && ids.length > 0) acts[name](ids); };

  function pick(id) {
    if (!id || !may('analyst')) return;
    if (picked.has(id)) picked.delete(id); else if (picked.size < 500) picked.add(id);
    show();
  }

  function mark() {
    tools.hidden = picked.size === 0;
    if (picked.size === 0) return;
    const button = (name, text, k, main) => h('button', { class: main ? 'button main' : 'button', type: 'button', on: { click: () => acts[name]([...picked]) } }, text, h('kbd', {}, k));
    put(tools, h('strong', { role: 'status' }, many('incidents.picked', picked.size, number(picked.size))), button('acknowledge', t('do.acknowledge'), 'a', true), button('work', t('incident.work'), 'w'), button('assign', t('incident.assign'), 'i'), button('close', t('incident.close'), 'c'), button('reopen', t('do.reopen'), 'o'), button('comment', t('do.comment'), 'm'),
      h('button', { class: 'button plain right', type: 'button', on: { click: () => { picked.clear(); show(); } } }, t('decide.none'), h('kbd', {}, 'Esc')));
  }

  pageKeys({ j: () => step(1), k: () => step(-1), Enter: () => { const id = document.activeElement?.dataset?.id ?? items[0]?.id; if (id) go('incidents', id, { q, facets: chosen, sort }); },
    x: () => pick(list.contains(document.activeElement) ? document.activeElement.dataset.id : current), X: () => { if (picked.size > 0) picked.clear(); else for (const i of items.slice(0, 500)) picked.add(i.id); show(); },
    a: key('acknowledge'), w: key('work'), i: key('assign'), c: key('close'), o: key('reopen'), m: key('comment'), '/': () => bar.focus(),
    Escape: () => { if (picked.size > 0) { picked.clear(); show(); } else go('incidents', '', { q, facets: chosen, sort }); } });
  load();
  open(current);
  const quiet = hear(change => { if (change.desk) { clearTimeout(timer); timer = setTimeout(() => { load(true); detail?.refresh(); }, 400); } });
  return { title: t('incidents.title'), leave() { gone = true; clearTimeout(timer); quiet(); pageKeys({}); },
    same(next) { if (JSON.stringify(next.list) !== JSON.stringify({ q, facets: chosen, sort })) return false; open(next.id); return true; } };
}
