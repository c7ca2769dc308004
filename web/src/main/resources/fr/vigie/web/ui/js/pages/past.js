// The inventory of a date, and what differs between two.
import { h, put, seen } from 'vigie/dom.js';
import { get } from 'vigie/api.js';
import { many, t } from 'vigie/text.js';
import { localOf, number, short, utcOf, when } from 'vigie/time.js';
import { pageKeys } from 'vigie/keys.js';
import { go } from 'vigie/route.js';
import { rooms } from 'vigie/parts/rooms.js';
import { difference } from 'vigie/parts/verdict.js';
import { called, empty, failure, kind, loading, note, review, zoneName } from 'vigie/parts/signs.js';

const LISTS = ['arrived', 'swapped', 'changed', 'silent', 'returned', 'merged', 'apart'];

export function past(root) {
  let gone = false;
  let asked = 0;
  const from = h('input', { type: 'datetime-local', name: 'from', step: 60 });
  const to = h('input', { type: 'datetime-local', name: 'to', step: 60 });
  const q = h('input', { type: 'search', name: 'q', maxlength: 200, 'aria-label': t('past.filter'), placeholder: t('past.filter') });
  const place = h('div', { class: 'stack' }, h('div', { class: 'card' }, loading(6)));
  const span = h('p', { role: 'status' });
  const steps = h('div', { class: 'row' }, [1, 7, 30].map(n => h('button', { class: 'button', type: 'button', on: { click: () => days(n) } }, many('past.days', n))));
  put(root, rooms('past'), h('div', { class: 'head' }, h('h1', {}, t('past.title')), span), h('form', { class: 'card row dates', on: { submit: e => { e.preventDefault(); load(); } } },
    h('label', { class: 'field' }, h('span', {}, t('past.from')), from), h('label', { class: 'field' }, h('span', {}, t('past.to')), to),
    h('button', { class: 'button main' }, t('past.compare')), steps), place);
  let now = null;
  let begin = null;

  async function days(n) {
    to.value = localOf(now);
    from.value = localOf(new Date(Date.parse(now) - n * 86_400_000).toISOString());
    load();
  }

  async function start() {
    try {
      const p = await get('/past/assets?at=2200-01-01T00:00:00Z&limit=1');
      if (gone) return;
      if (!p.now) { put(place, h('div', { class: 'card' }, empty(t('past.none'), t('past.none.why')))); return; }
      begin = p.begin;
      now = p.now;
      put(span, t('past.span'), ' ', when(begin, short), ' – ', when(now, short));
      const back = Math.max(Date.parse(begin) - 60_000, Date.parse(now) - 7 * 86_400_000);
      from.value = localOf(new Date(back).toISOString());
      to.value = localOf(new Date(Date.parse(now) + 60_000).toISOString());
      load();
    } catch (error) { if (!gone) put(place, h('div', { class: 'card' }, failure(error, start))); }
  }

  async function load() {
    const mine = ++asked;
    if (!from.value || !to.value) { put(place, note('warning', t('past.both'))); return; }
    put(place, h('div', { class: 'card' }, loading(6)));
    try {
      const c = await get(`/past/changes?from=${encodeURIComponent(utcOf(from.value))}&to=${encodeURIComponent(utcOf(to.value))}`);
      const p = await get(`/past/assets?at=${encodeURIComponent(utcOf(to.value))}&limit=200&q=${encodeURIComponent(q.value)}`);
      if (!gone && mine === asked) show(c, p);
    } catch (error) { if (!gone && mine === asked) put(place, h('div', { class: 'card' }, failure(error, load))); }
  }

  function show(c, p) {
    const some = LISTS.filter(l => c[l].total > 0);
    put(place,
      h('div', { class: 'sums' }, LISTS.slice(0, 5).map(l => h('a', { href: `#${l}`, data: { n: c[l].total }, on: { click: e => { e.preventDefault(); place.querySelector(`[data-list="${l}"]`)?.scrollIntoView({ block: 'start' }); } } }, h('b', {}, number(c[l].total)), h('span', {}, t(`past.${l}`))))),
      some.length === 0 && h('div', { class: 'card' }, empty(t('past.same'), t('past.same.why'))),
      some.map(l => h('section', { class: 'card', data: { list: l } }, h('h2', {}, `${t(`past.${l}`)} (${number(c[l].total)})`), h('ul', { class: 'facts' }, c[l].items.map(x => l === 'changed' ? changed(x, c.devices) : l === 'swapped' ? swapped(x) : device(x))), c[l].total > c[l].items.length && h('p', { class: 'muted' }, t('past.cut', { n: number(c[l].items.length) })))),
      h('section', { class: 'card stack' }, h('div', { class: 'row' }, h('h2', {}, t('past.inventory'), ' ', when(p.at, short)), h('span', { class: 'muted' }, many('inventory.count', p.total, number(p.total))), h('form', { class: 'search right', role: 'search', on: { submit: e => { e.preventDefault(); filter(p.at); } } }, q)), table(p)));
  }

  async function filter(at) {
    try {
      const p = await get(`/past/assets?at=${encodeURIComponent(at)}&limit=200&q=${encodeURIComponent(q.value)}`);
      place.querySelector('.past-table')?.replaceWith(table(p));
    } catch (error) { place.querySelector('.past-table')?.replaceWith(h('div', { class: 'past-table' }, failure(error, () => filter(at)))); }
  }

  const link = (id, name) => h('a', { href: `#/inventory/${id}` }, called({ name }, 80));
  const device = x => h('li', {}, link(x.id, x.called), ' ', h('span', { class: 'muted small' }, kind(x.kind), x.address && [' · ', seen(x.address)], x.vendor && [' · ', seen(`${x.vendor} ${x.model}`)]), h('div', { class: 'muted small' }, t('past.seen'), ' ', when(x.first, short), ' – ', when(x.last, short)));
  const swapped = x => h('li', {}, link(x.id, x.called), ' → ', link(x.by, x.byCalled), h('div', { class: 'muted small' }, t('past.at', { at: x.at })));
  const changed = (x, devices) => h('li', {}, link(x.id, x.called), h('ul', { class: 'changes' }, x.changes.map(d => difference(d, devices))));

  const table = p => h('div', { class: 'table past-table' }, p.items.length === 0 ? empty(t('inventory.none'), t('past.nobody')) : h('table', {}, h('thead', {}, h('tr', {}, ['col.name', 'col.kind', 'col.vendor', 'col.zone', 'col.address', 'past.firmware', 'col.review', 'past.last'].map((c, i) => h('th', { scope: 'col', class: i > 1 && i < 7 ? 'opt' : null }, t(c))))),
    h('tbody', {}, p.items.map(x => h('tr', {}, h('td', {}, x.today ? link(x.id, x.called) : called({ name: x.called }, 80)), h('td', {}, kind(x.kind)), h('td', { class: 'opt' }, seen(`${x.vendor} ${x.model}`.trim())), h('td', { class: 'opt' }, zoneName(x.zone)), h('td', { class: 'mono opt' }, seen(x.addresses[0] ?? x.macs[0] ?? '')), h('td', { class: 'opt' }, seen(x.firmware)), h('td', { class: 'opt' }, review(x.review)), h('td', {}, when(x.last, short)))))), p.total > p.items.length && h('p', { class: 'muted' }, t('past.cut', { n: number(p.items.length) })));

  pageKeys({ '/': () => q.isConnected && q.focus(), Escape: () => go('inventory') });
  start();
  return { title: t('past.title'), leave() { gone = true; pageKeys({}); } };
}
