// The neighbours of a device by protocol, what it is plugged into, and what it changes and who changes it.
import { h, seen } from 'vigie/dom.js';
import { t } from 'vigie/text.js';
import { number, short, when } from 'vigie/time.js';
import { link } from 'vigie/route.js';
import { address, called, zoneName } from 'vigie/parts/signs.js';

const head = (...names) => h('thead', {}, h('tr', {}, names.map(([label, num]) => h('th', { scope: 'col', class: num ? 'num' : null }, label))));

/** What a cell says before its value where the table stands as a list. */
const label = name => t(name) + t('colon');

/** The sections for what `/assets/ID/relations` answers; `parent` is the device it stands behind, if any. */
export function relations(answer, id, parent) {
  if (!answer) return null;
  return [neighbours(answer, id, parent), acts(answer, id)];
}

function neighbours(answer, id, parent) {
  const known = answer.peers.filter(p => p.id);
  const outside = answer.peers.filter(p => !p.id);
  const row = (p, who) => p.protocols.map((x, i) => h('tr', {}, i === 0 && h('td', { rowspan: p.protocols.length }, who), h('td', {}, h('span', { class: 'muted', 'aria-hidden': 'true' }, x.asks ? '→ ' : '← '), seen(x.protocol)), h('td', { class: 'num' }, number(x.packets)), h('td', {}, when(x.first, short)), h('td', {}, when(x.last, short))));
  return h('section', { class: 'card' }, h('h2', {}, t('relations.title')),
    answer.plugged.length > 0 && h('p', {}, t('relations.plugged'), ' ', answer.plugged.map((p, i) => [i > 0 && ', ', seen(p.port), h('span', { class: 'muted small' }, ` (${p.source})`)])),
    answer.peers.length === 0 ? h('p', { class: 'muted' }, parent ? [t('relations.through'), ' ', h('a', { href: `#/inventory/${parent.id}` }, called(parent)), t('relations.through.end')] : t('relations.none')) : h('div', { class: 'table' }, h('table', {},
      head([t('relations.who')], [t('relations.how')], [t('contact.packets'), true], [t('relations.since')], [t('contact.last')]),
      h('tbody', {}, known.map(p => row(p, [h('a', { href: `#/inventory/${p.id}` }, called(p)), h('div', { class: 'small muted' }, zoneName(p.zone))])), outside.map(p => row(p, h('span', { class: 'muted' }, t('relations.outside'))))))),
    answer.left > 0 && h('p', { class: 'muted' }, t('relations.left', { n: number(answer.left) })),
    h('p', { class: 'row small' }, h('a', { href: link('map', id) }, t('relations.map')), h('a', { href: link('inventory', '', { q: `like:${id}` }) }, t('relations.like'))));
}

function acts(answer, id) {
  if (answer.acts.length === 0) return null;
  const side = (device, endpoint) => device ? h('a', { href: `#/inventory/${device.id}` }, called(device, 40)) : seen(address(endpoint));
  return h('section', { class: 'card' }, h('h2', {}, t('relations.acts')), h('div', { class: 'table' }, h('table', { class: 'stacked acting' },
    head([t('relations.act.who')], [t('relations.act.what')], [t('relations.act.value'), true], [t('relations.act.times'), true], [t('relations.act.last')]),
    h('tbody', {}, answer.acts.map(a => {
      const mine = a.from?.id === id;
      return h('tr', {}, h('td', {}, h('span', { class: 'muted', 'aria-hidden': 'true' }, mine ? '→ ' : '← '), mine ? side(a.to, a.whom) : side(a.from, a.who)),
        h('td', { data: { head: label('relations.act.what') } }, seen(a.operation), a.point && h('div', { class: 'small muted' }, seen(a.point))), h('td', { class: 'num', data: { head: label('relations.act.value') } }, a.value === null || a.value === undefined ? '' : typeof a.value === 'number' ? number(a.value) : seen(a.value), a.priority && h('div', { class: 'small muted' }, `@ ${a.priority}`)),
        h('td', { class: 'num', data: { head: label('relations.act.times') } }, number(a.times)), h('td', { data: { head: label('relations.act.last') } }, when(a.time, short)));
    })))), answer.actsLeft > 0 && h('p', { class: 'muted' }, t('relations.left', { n: number(answer.actsLeft) })));
}
