// Triage: the list on the left, the alert on the right; keyboard first.
import { h, put, seen } from 'vigie/dom.js';
import { get, query } from 'vigie/api.js';
import { many, t } from 'vigie/text.js';
import { number, short, when } from 'vigie/time.js';
import { hear } from 'vigie/live.js';
import { pageKeys } from 'vigie/keys.js';
import { go } from 'vigie/route.js';
import { rooms } from 'vigie/parts/rooms.js';
import { facets } from 'vigie/parts/facets.js';
import { address, callName, empty, failure, letter, loading, plainly, said, severity, triage } from 'vigie/parts/signs.js';
import { alertDetail } from 'vigie/pages/alert.js';

const FIELDS = ['severity', 'state', 'zone', 'rule', 'technique'];
const STEP = 50;

export function alerts(root, route) {
  let { q, facets: chosen, sort } = route.list;
  let items = [];
  let total = 0;
  let limit = STEP;
  let current = route.id;
  let gone = false;
  let timer;
  let detail = null;
  const list = h('section', { class: 'card list', 'aria-label': t('alerts.title') }, h('div', { class: 'card' }, loading(6)));
  const pane = h('article', { class: 'card detail', 'aria-live': 'off' });
  const count = h('p', { role: 'status' });
  const triageBox = h('div', { class: 'triage', data: { open: current ? 'yes' : 'no' } }, list, pane);
  const bar = facets({ fields: FIELDS, chosen, q, hint: t('alerts.search'), change: next => { q = next.q; chosen = next.facets; limit = STEP; go('alerts', current, { q, facets: chosen, sort }, true); load(); } });
  put(root, rooms('alerts'), h('div', { class: 'head' }, h('h1', {}, t('alerts.title')), count), bar.element, triageBox);

  async function load(background = false) {
    try {
      const found = await get(`/alerts${query({ q, facets: chosen, sort, limit })}`, background);
      if (gone) return;
      items = background ? steady(items, found.items) : found.items;
      total = found.total;
      put(count, many('alerts.count', total, number(total)));
      if (!background || !bar.writing()) bar.show(found.facets);
      show();
    } catch (error) { if (!gone && !background) put(list, h('div', { class: 'card' }, failure(error, () => load()))); }
  }

  /** What is looked at stays where it is, though somebody decided of it or it grew; what is new comes first. */
  function steady(before, now) {
    const place = new Map(before.map((a, i) => [a.id, i]));
    const fresh = now.filter(a => !place.has(a.id));
    const kept = now.filter(a => place.has(a.id)).sort((a, b) => place.get(a.id) - place.get(b.id));
    const open = before.find(a => a.id === current);
    if (open && !Object.keys(chosen).length && !q && !kept.includes(open) && !now.some(a => a.id === current)) kept.splice(Math.min(place.get(current), kept.length), 0, open);
    return [...fresh, ...kept];
  }

  function show() {
    const focused = list.contains(document.activeElement) ? document.activeElement.dataset.id : null;
    if (items.length === 0) {
      const filtered = q || Object.keys(chosen).length > 0;
      put(list, empty(t('alerts.none'), t(filtered ? 'alerts.none.filtered' : 'alerts.none.ever')));
      return;
    }
    put(list, h('ul', {}, items.map(a => h('li', {}, line(a)))),
      total > items.length && h('div', { class: 'pager' }, h('button', { class: 'button', type: 'button', on: { click: () => { limit = Math.min(500, limit + STEP); load(); } } }, t('more'))));
    if (focused) list.querySelector(`a[data-id="${focused}"]`)?.focus();
  }

  function line(a) {
    const names = (a.devices ?? []).map(callName);
    const route_ = names.length > 0 ? names : [address(a.who), ...(a.whom ?? []).slice(0, 1).map(address)];
    return h('a', { class: 'alert-row', href: route.link(a.id, { q, facets: chosen, sort }), 'aria-current': a.id === current ? 'true' : null, data: { s: letter(a.severity), state: a.state, id: a.id } },
      h('span', { class: 'what' }, seen(said(a.name) || a.rule.id)), when(a.last, short),
      h('span', { class: 'route' }, route_.slice(0, 2).map((n, i) => [i > 0 && ' → ', seen(plainly(n, 60))]), route_.length > 2 && ` ${t('several', { n: route_.length - 2 })}`),
      h('span', { class: 'tags' }, severity(a.severity), triage(a.state), h('span', { class: 'chip mono' }, a.rule.id)));
  }

  function open(id) {
    if (id === current && detail) return;
    current = id;
    triageBox.dataset.open = id ? 'yes' : 'no';
    for (const row of list.querySelectorAll('.alert-row')) { if (row.dataset.id === id) row.setAttribute('aria-current', 'true'); else row.removeAttribute('aria-current'); }
    if (id) detail = alertDetail(pane, id, { back: () => go('alerts', '', { q, facets: chosen, sort }), changed: a => { items = items.map(x => x.id === a.id ? { ...x, state: a.state } : x); show(); load(true); } });
    else { detail = null; put(pane, empty(t('alerts.choose'), t('alerts.choose.how'))); }
  }

  function step(by) {
    if (items.length === 0) return;
    const rows = [...list.querySelectorAll('.alert-row')];
    const from = rows.findIndex(r => r === document.activeElement);
    const at = from >= 0 ? from : rows.findIndex(r => r.dataset.id === current) - (current ? 0 : by > 0 ? 0 : -1);
    const row = rows[Math.min(rows.length - 1, Math.max(0, at + by))];
    row.focus();
    row.scrollIntoView({ block: 'nearest' });
    if (matchMedia('(min-width: 1081px)').matches) go('alerts', row.dataset.id, { q, facets: chosen, sort }, true);
  }

  pageKeys({ j: () => step(1), k: () => step(-1), Enter: () => { const id = document.activeElement?.dataset?.id ?? items[0]?.id; if (id) go('alerts', id, { q, facets: chosen, sort }); },
    a: () => detail?.acknowledge(), c: () => detail?.comment(), r: () => detail?.judge('resolved'), f: () => detail?.judge('false-positive'), o: () => detail?.judge('new'), e: () => detail?.exception(), d: () => detail?.decode(), p: () => detail?.download(), '/': () => bar.focus(), Escape: () => go('alerts', '', { q, facets: chosen, sort }) });
  load();
  open(current);
  const quiet = hear(change => {
    // what comes after a pause is shown at once; what goes on and on, with each message
    clearTimeout(timer);
    timer = setTimeout(() => { load(true); if (current && (change.alerts.includes(current) || change.moreAlerts > 0)) detail?.refresh(); }, 50);
  });
  return { title: t('alerts.title'), leave() { gone = true; clearTimeout(timer); quiet(); pageKeys({}); },
    /** Another alert of the same list: nothing but the pane changes. */
    same(next) { if (JSON.stringify(next.list) !== JSON.stringify({ q, facets: chosen, sort })) return false; open(next.id); return true; } };
}
