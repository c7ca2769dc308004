// Every device, with search, facets and order; chosen ones are decided of together.
import { h, put, seen } from 'vigie/dom.js';
import { may } from 'vigie/state.js';
import { get, query } from 'vigie/api.js';
import { many, t, trouble } from 'vigie/text.js';
import { number, short, when } from 'vigie/time.js';
import { hear } from 'vigie/live.js';
import { pageKeys } from 'vigie/keys.js';
import { go, link } from 'vigie/route.js';
import { facets } from 'vigie/parts/facets.js';
import { rooms } from 'vigie/parts/rooms.js';
import { merge } from 'vigie/parts/bond.js';
import { STATES, verdict } from 'vigie/parts/verdict.js';
import { address, called, empty, failure, kind, loading, mainAddress, plainly, review, toast, zoneName } from 'vigie/parts/signs.js';

const FIELDS = ['review', 'kind', 'zone', 'vendor'];
const STEP = 100;

export function inventory(root, route) {
  let { q, facets: chosen, sort } = route.list;
  let limit = STEP;
  let at = -1;
  let gone = false;
  let timer;
  let total = 0;
  let current = null;
  let whole = false;
  const chosenIds = new Set();
  const decide = h('div', { class: 'card row decide', hidden: true, role: 'region', 'aria-label': t('decide.label') });
  const count = h('p', { role: 'status' });
  const out = h('a', { class: 'button right', href: link('exchange', '', { q, facets: chosen }) }, t('exchange.open'));
  const place = h('div', { class: 'card table' }, loading(8));
  const bar = facets({ fields: FIELDS, chosen, q, hint: t('inventory.search'), change: next => { q = next.q; chosen = next.facets; limit = STEP; at = -1; forget(); history.replaceState(null, '', link('inventory', '', { q, facets: chosen, sort })); load(); } });
  put(root, rooms('inventory'), h('div', { class: 'head' }, h('h1', {}, t('inventory.title')), count, out), h('div', { class: 'stack' }, bar.element, place, decide));

  async function load(background = false) {
    try {
      const found = await get(`/assets${query({ q, facets: chosen, sort, limit })}`, background);
      if (gone) return;
      total = found.total;
      put(count, many('inventory.count', found.total, number(found.total)));
      out.href = link('exchange', '', { q, facets: chosen });
      if (!background || !bar.writing()) bar.show(found.facets);
      show(found);
    } catch (error) { if (!gone && !background) put(place, failure(error, () => load())); }
  }

  function column(field, label) {
    const now = sort === field ? 'ascending' : sort === `-${field}` ? 'descending' : 'none';
    return h('th', { scope: 'col', 'aria-sort': now }, h('button', { type: 'button', on: { click: () => { sort = now === 'ascending' ? `-${field}` : field; history.replaceState(null, '', link('inventory', '', { q, facets: chosen, sort })); load(); } } }, label, now === 'ascending' ? ' ▲' : now === 'descending' ? ' ▼' : ''));
  }

  function show(found) {
    if (found.items.length === 0) { put(place, empty(t('inventory.none'), t(q || Object.keys(chosen).length > 0 ? 'inventory.none.filtered' : 'inventory.none.ever'))); return; }
    put(place, h('table', { class: 'inventory', data: { pick: may('analyst') ? 'yes' : 'no' } },
      h('thead', {}, h('tr', {}, may('analyst') && h('th', { scope: 'col' }, h('input', { type: 'checkbox', class: 'all', 'aria-label': t('decide.page'), on: { change: e => { for (const a of found.items.slice(0, 500)) if (e.target.checked) chosenIds.add(a.id); else chosenIds.delete(a.id); whole = false; mark(); } } })), column('name', t('col.name')), column('kind', t('col.kind')), column('vendor', t('col.vendor')), column('zone', t('col.zone')), column('ip', t('col.address')), column('review', t('col.review')), column('last', t('col.last')))),
      h('tbody', {}, found.items.map(a => {
        const address_ = mainAddress(a);
        const box = may('analyst') && h('td', { class: 'pick' }, h('input', { type: 'checkbox', 'aria-label': t('decide.row', { name: a.name || a.id }), checked: chosenIds.has(a.id), on: { change: e => { pick(a.id, e.target.checked); } } }));
        return h('tr', { 'aria-current': a.id === current ? 'true' : null, data: { id: a.id } }, box, h('td', {}, h('a', { class: 'name', href: `#/inventory/${a.id}` }, called(a, 80))), h('td', {}, kind(a.kind)),
          h('td', { class: 'opt' }, seen(plainly(a.vendor, 60)), a.model && [' ', h('span', { class: 'muted' }, seen(plainly(a.model, 60)))]), h('td', { class: 'opt' }, zoneName(a.zone)), h('td', { class: 'mono opt' }, seen(address(address_))), h('td', {}, review(a.decisions?.review ?? 'new'), (a.decisions?.reopened ?? []).length > 0 && h('div', { class: 'small muted' }, t('reopened.short'))), h('td', { class: 'opt' }, when(a.last, short)));
      }))), found.total > found.items.length && h('div', { class: 'pager' }, h('button', { class: 'button', type: 'button', on: { click: () => { limit = Math.min(500, limit + STEP); load(); } } }, t('more'))));
    mark();
  }

  function step(by) {
    const rows = [...place.querySelectorAll('tbody tr')];
    if (rows.length === 0) return;
    const from = rows.findIndex(r => r.dataset.id === current);
    at = Math.min(rows.length - 1, Math.max(0, from < 0 ? 0 : from + by));
    for (const r of rows) r.removeAttribute('aria-current');
    rows[at].setAttribute('aria-current', 'true');
    current = rows[at].dataset.id;
    rows[at].scrollIntoView({ block: 'nearest' });
    rows[at].querySelector('a').focus({ preventScroll: true });
  }

  function forget() { chosenIds.clear(); whole = false; mark(); }
  function pick(id, on) {
    if (on && chosenIds.size >= 500) { toast(t('decide.named')); mark(); return; }
    if (on) chosenIds.add(id); else chosenIds.delete(id);
    whole = false;
    mark();
  }

  /** Shows what is chosen, and what can be done with it. */
  function mark() {
    for (const row of place.querySelectorAll('tbody tr')) { const box = row.querySelector('.pick input'); if (box) box.checked = whole || chosenIds.has(row.dataset.id); }
    const rows = place.querySelectorAll('tbody tr').length;
    const all = place.querySelector('input.all');
    if (all) { all.checked = whole || rows > 0 && chosenIds.size >= rows; all.indeterminate = !all.checked && chosenIds.size > 0; }
    const n = whole ? total : chosenIds.size;
    decide.hidden = n === 0;
    if (n === 0) return;
    put(decide, h('strong', { role: 'status' }, many('decide.chosen', n, number(n))), !whole && total > chosenIds.size && h('button', { class: 'button plain', type: 'button', on: { click: () => { whole = true; mark(); } } }, many('decide.whole', total, number(total)), h('kbd', {}, 'X')),
      Object.entries(STATES).map(([to, label]) => h('button', { class: to === 'approved' ? 'button main' : to === 'refused' ? 'button bad' : 'button', type: 'button', on: { click: () => judge(to) } }, t(label), h('kbd', {}, KEY[to]))),
      !whole && chosenIds.size === 2 && h('button', { class: 'button', type: 'button', on: { click: async () => { if (await merge(...chosenIds)) { forget(); setTimeout(() => load(true), 600); } } } }, t('bond.merge'), ' …'),
      h('button', { class: 'button plain right', type: 'button', on: { click: forget } }, t('decide.none'), h('kbd', {}, 'Esc')));
  }

  /** Decides of what is chosen, else of the row that is current. */
  async function judge(to) {
    if (!may('analyst')) return;
    const ids = chosenIds.size > 0 ? [...chosenIds] : current ? [current] : [];
    if (!whole && ids.length === 0) return;
    try {
      const done = await verdict(whole ? { q, facets: chosen } : { ids }, to);
      if (!done) return;
      toast(many('decide.done', done.count, number(done.count)));
      forget();
      await load(true);
      place.querySelector(`tr[data-id="${current}"] a`)?.focus({ preventScroll: true });
    } catch (error) { toast(trouble(error)); }
  }
  const KEY = { approved: 'a', 'to-review': 't', refused: 'r', 'to-decommission': 'd' };
  pageKeys({ j: () => step(1), k: () => step(-1), Enter: () => place.querySelector(`tr[data-id="${current}"] a`)?.click(), '/': () => bar.focus(),
    x: () => { if (may('analyst') && current) pick(current, !chosenIds.has(current)); }, X: () => { if (may('analyst') && total > 0) { whole = !whole; chosenIds.clear(); mark(); } },
    a: () => judge('approved'), t: () => judge('to-review'), r: () => judge('refused'), d: () => judge('to-decommission'), Escape: forget });
  load();
  const quiet = hear(change => { if (change.assets.length || change.moreAssets) { clearTimeout(timer); timer = setTimeout(() => load(true), 700); } });
  return { title: t('inventory.title'), leave() { gone = true; clearTimeout(timer); quiet(); pageKeys({}); } };
}
