// Every device, with search, facets and order.
import { h, put, seen } from 'vigie/dom.js';
import { get, query } from 'vigie/api.js';
import { many, t } from 'vigie/text.js';
import { number, short, when } from 'vigie/time.js';
import { hear } from 'vigie/live.js';
import { pageKeys } from 'vigie/keys.js';
import { go, link } from 'vigie/route.js';
import { facets } from 'vigie/parts/facets.js';
import { address, called, empty, failure, kind, loading, mainAddress, plainly, review, zoneName } from 'vigie/parts/signs.js';

const FIELDS = ['review', 'kind', 'zone', 'vendor'];
const STEP = 100;

export function inventory(root, route) {
  let { q, facets: chosen, sort } = route.list;
  let limit = STEP;
  let at = -1;
  let gone = false;
  let timer;
  const count = h('p', { role: 'status' });
  const out = h('a', { class: 'button right', href: link('exchange', '', { q, facets: chosen }) }, t('exchange.open'));
  const place = h('div', { class: 'card table' }, loading(8));
  const bar = facets({ fields: FIELDS, chosen, q, hint: t('inventory.search'), change: next => { q = next.q; chosen = next.facets; limit = STEP; at = -1; history.replaceState(null, '', link('inventory', '', { q, facets: chosen, sort })); load(); } });
  put(root, h('div', { class: 'head' }, h('h1', {}, t('inventory.title')), count, out), h('div', { class: 'stack' }, bar.element, place));

  async function load(background = false) {
    try {
      const found = await get(`/assets${query({ q, facets: chosen, sort, limit })}`, background);
      if (gone) return;
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
    put(place, h('table', { class: 'inventory' },
      h('thead', {}, h('tr', {}, column('name', t('col.name')), column('kind', t('col.kind')), column('vendor', t('col.vendor')), column('zone', t('col.zone')), column('ip', t('col.address')), column('review', t('col.review')), column('last', t('col.last')))),
      h('tbody', {}, found.items.map((a, i) => {
        const address_ = mainAddress(a);
        return h('tr', { 'aria-current': i === at ? 'true' : null }, h('td', {}, h('a', { class: 'name', href: `#/inventory/${a.id}` }, called(a, 80))), h('td', {}, kind(a.kind)),
          h('td', { class: 'opt' }, seen(plainly(a.vendor, 60)), a.model && [' ', h('span', { class: 'muted' }, seen(plainly(a.model, 60)))]), h('td', { class: 'opt' }, zoneName(a.zone)), h('td', { class: 'mono opt' }, seen(address(address_))), h('td', {}, review(a.decisions?.review ?? 'new')), h('td', { class: 'opt' }, when(a.last, short)));
      }))), found.total > found.items.length && h('div', { class: 'pager' }, h('button', { class: 'button', type: 'button', on: { click: () => { limit = Math.min(500, limit + STEP); load(); } } }, t('more'))));
  }

  function step(by) {
    const rows = [...place.querySelectorAll('tbody tr')];
    if (rows.length === 0) return;
    rows[at]?.removeAttribute('aria-current');
    at = Math.min(rows.length - 1, Math.max(0, at + by));
    rows[at].setAttribute('aria-current', 'true');
    rows[at].scrollIntoView({ block: 'nearest' });
    rows[at].querySelector('a').focus();
  }
  pageKeys({ j: () => step(1), k: () => step(-1), Enter: () => place.querySelectorAll('tbody tr')[at]?.querySelector('a').click(), '/': () => bar.focus() });
  load();
  const quiet = hear(change => { if (change.assets.length || change.moreAssets) { clearTimeout(timer); timer = setTimeout(() => load(true), 700); } });
  return { title: t('inventory.title'), leave() { gone = true; clearTimeout(timer); quiet(); pageKeys({}); } };
}
