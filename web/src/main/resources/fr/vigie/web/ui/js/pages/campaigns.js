// Review campaigns: what is to be looked at, by whom, until when, and how far it is.
import { h, put, seen } from 'vigie/dom.js';
import { get, post } from 'vigie/api.js';
import { may, state } from 'vigie/state.js';
import { many, t, trouble } from 'vigie/text.js';
import { day, number, short, when } from 'vigie/time.js';
import { hear } from 'vigie/live.js';
import { pageKeys } from 'vigie/keys.js';
import { go } from 'vigie/route.js';
import { rooms } from 'vigie/parts/rooms.js';
import { form } from 'vigie/parts/verdict.js';
import { empty, failure, loading, note, toast, words } from 'vigie/parts/signs.js';

export function campaigns(root) {
  let gone = false;
  let timer;
  let at = -1;
  const place = h('div', { class: 'stack' }, h('div', { class: 'card' }, loading(4)));
  put(root, rooms('campaigns'), h('div', { class: 'head' }, h('h1', {}, t('campaigns.title')), h('p', {}, t('campaigns.lead')),
    may('analyst') && h('button', { class: 'button main right', type: 'button', on: { click: open } }, t('campaigns.open'), h('kbd', {}, 'n'))), place);

  async function load(background = false) {
    try {
      const found = await get('/campaigns', background);
      if (!gone) show(found);
    } catch (error) { if (!gone && !background) put(place, h('div', { class: 'card' }, failure(error, () => load()))); }
  }

  async function open() {
    if (!may('analyst')) return;
    const zones = state.site.zones ?? [];
    const made = await form({
      title: t('campaigns.open'), go: t('campaigns.open'),
      body: [
        h('label', { class: 'field' }, h('span', {}, t('campaigns.name')), h('input', { name: 'name', required: true, maxlength: 100, 'data-first': true })),
        h('label', { class: 'field' }, h('span', {}, t('zone')), h('select', { name: 'zone' }, h('option', { value: '' }, t('campaigns.all')), zones.map(z => h('option', { value: z.id }, z.name)))),
        h('label', { class: 'field' }, h('span', {}, t('campaigns.query')), h('input', { name: 'q', maxlength: 500, placeholder: 'review:new kind:ups-onduleur' })),
        h('label', { class: 'field' }, h('span', {}, t('campaigns.due')), h('input', { name: 'due', type: 'date', required: true })),
        h('label', { class: 'field' }, h('span', {}, t('campaigns.reviewers')), h('input', { name: 'reviewers', maxlength: 400, value: state.user.name }), h('small', {}, t('campaigns.reviewers.hint')))],
      send: said => post('/campaigns', { name: said.name, due: said.due, q: said.q, facets: said.zone ? { zone: [said.zone] } : {}, reviewers: said.reviewers.split(/[,;\s]+/).filter(Boolean) }),
    });
    if (made) { toast(t('done.decision')); load(); }
  }

  async function close(c) {
    const text = await words({ title: t('campaigns.close'), go: t('campaigns.close') });
    if (text === null) return;
    try { await post(`/campaigns/${c.id}/close`, { comment: text }); toast(t('done.decision')); load(); } catch (error) { toast(trouble(error)); }
  }

  function show({ items, late }) {
    at = -1;
    const line = late > 0 && note('warning', many('campaigns.late', late, number(late)), ' ', h('a', { href: '#/inventory?q=due:*&sort=due' }, t('campaigns.late.see')));
    if (items.length === 0) { put(place, line, h('div', { class: 'card' }, empty(t('campaigns.none'), t('campaigns.none.why')))); return; }
    put(place, line, items.map(one));
  }

  function one(c) {
    const part = c.total === 0 ? 1 : c.done / c.total;
    return h('section', { class: 'card stack campaign', data: { closed: c.closed ? 'yes' : 'no' } },
      h('div', { class: 'row' }, h('h2', {}, seen(c.name)), c.closed ? h('span', { class: 'badge', data: { a: 'closed' } }, t('campaigns.closed')) : c.late ? h('span', { class: 'badge', data: { r: 'refused' } }, t('campaigns.is.late')) : h('span', { class: 'badge', data: { r: 'new' } }, t('campaigns.running')),
        h('span', { class: 'muted small right' }, t('campaigns.until', { day: day(c.due) }))),
      h('div', { class: 'progress' }, h('meter', { min: 0, max: c.total || 1, value: c.done, 'aria-label': t('campaigns.progress') }), h('b', {}, `${number(Math.floor(part * 100))} %`), h('span', { class: 'muted' }, t('campaigns.done', { n: number(c.done), total: number(c.total) }), c.gone > 0 && ` · ${many('campaigns.gone', c.gone, number(c.gone))}`)),
      h('p', { class: 'muted small' }, c.query && [h('code', {}, seen(c.query)), ' · '], t('campaigns.by', { who: c.by }), ' ', when(c.opened, short), c.reviewers.length > 0 && ` · ${t('campaigns.reviewers')}${t('colon')}${c.reviewers.join(', ')}`, c.closed && [` · ${t('campaigns.closed.by', { who: c.closed.by })} `, when(c.closed.at, short), c.closed.comment && [' – ', seen(c.closed.comment)]]),
      !c.closed && h('div', { class: 'row' }, h('a', { class: 'button main', href: `#/inventory?q=campaign:${c.id}` }, many('campaigns.left', c.total - c.done, number(c.total - c.done))), may('analyst') && h('button', { class: 'button', type: 'button', on: { click: () => close(c) } }, t('campaigns.close'))));
  }

  function step(by) {
    const links = [...place.querySelectorAll('.campaign a.button')];
    if (links.length === 0) return;
    at = Math.min(links.length - 1, Math.max(0, at + by));
    links[at].focus();
    links[at].scrollIntoView({ block: 'nearest' });
  }
  pageKeys({ n: open, j: () => step(1), k: () => step(-1), Escape: () => go('inventory') });
  load();
  const quiet = hear(change => { if (change.assets.length || change.moreAssets) { clearTimeout(timer); timer = setTimeout(() => load(true), 900); } });
  return { title: t('campaigns.title'), leave() { gone = true; clearTimeout(timer); quiet(); pageKeys({}); } };
}
