// What leaves for other systems: the inventory or a selection of it, and the conduits as a filter; and the tables that people bring.
import { h, put, seen, plain } from 'vigie/dom.js';
import { get, query } from 'vigie/api.js';
import { zone } from 'vigie/state.js';
import { many, t, word } from 'vigie/text.js';
import { number } from 'vigie/time.js';
import { link } from 'vigie/route.js';
import { failure, loading } from 'vigie/parts/signs.js';
import { bring } from 'vigie/parts/bring.js';

const FILTERS = ['nftables', 'cisco-ios'];

/** The address of a file of the devices that a list shows. */
const fileOf = (format, { q, facets }) => `/api/v1/assets/export${query({ q, facets, limit: 1 }).replace('?', `?format=${format}&`)}`;

export function exchange(root, route) {
  const { q, facets } = route.list;
  const chosen = Boolean(q) || Object.keys(facets).length > 0;
  const count = h('p', { role: 'status' });
  const files = h('section', { class: 'card stack', id: 'exports' }, loading(6));
  put(root, h('div', { class: 'head' }, h('h1', {}, t('exchange.title')), h('p', {}, t('exchange.lead'))),
    h('div', { class: 'two' }, h('div', { class: 'stack' }, files), h('div', { class: 'stack' }, filters())), bring());
  let gone = false;

  async function load() {
    try {
      const [formats, found] = await Promise.all([get('/exports'), get(`/assets${query({ q, facets, limit: 1 })}`)]);
      if (gone) return;
      put(count, h('strong', {}, many('exchange.of', found.total, number(found.total))), chosen && [' ', selection()]);
      put(files, h('h2', {}, t('exchange.exports')), count, h('ul', { class: 'files' }, formats.formats.map(f => h('li', {},
        h('div', {}, h('strong', {}, word('format', f.id)), h('p', { class: 'muted small' }, t(`format.${f.id}.why`))),
        h('a', { class: 'button', href: fileOf(f.id, { q, facets }), download: '', 'aria-label': `${t('exchange.take')} ${word('format', f.id)}` }, t('exchange.take'))))),
      h('p', { class: 'muted small' }, t('exchange.defused')));
    } catch (error) { if (!gone) put(files, h('h2', {}, t('exchange.exports')), failure(error, load)); }
  }

  function selection() {
    const said = Object.entries(facets).map(([field, values]) => `${t(field)}${t('colon')}${values.map(v => field === 'zone' ? zone(v).name : ['kind', 'review'].includes(field) ? word(field, v) : v).join(', ')}`);
    return [h('span', { class: 'chip' }, seen(plain([q, ...said].filter(Boolean).join(' · '), 120))), ' ', h('a', { href: link('exchange') }, t('exchange.all'))];
  }

  function filters() {
    return h('section', { class: 'card stack' }, h('h2', {}, t('exchange.filters')), h('p', { class: 'muted' }, t('exchange.filters.why')),
    h('ul', { class: 'files' }, FILTERS.map(f => h('li', {}, h('div', {}, h('strong', {}, word('format', f)), h('p', { class: 'muted small' }, t(`format.${f}.why`))),
      h('a', { class: 'button', href: `/api/v1/conduits/export?format=${f}`, download: '', 'aria-label': `${t('exchange.take')} ${word('format', f)}` }, t('exchange.take'))))));
  }

  load();
  return { title: t('exchange.title'), same: to => to.page === 'exchange' && link('exchange', '', to.list) === link('exchange', '', route.list), leave() { gone = true; } };
}
