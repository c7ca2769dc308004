// Devices that may be one, or several: the evidence, what the result would be, and what people decided so far.
import { h, put, seen } from 'vigie/dom.js';
import { get, post } from 'vigie/api.js';
import { may } from 'vigie/state.js';
import { t, trouble, word } from 'vigie/text.js';
import { short, when } from 'vigie/time.js';
import { hear } from 'vigie/live.js';
import { pageKeys } from 'vigie/keys.js';
import { go } from 'vigie/route.js';
import { rooms } from 'vigie/parts/rooms.js';
import { merge, split } from 'vigie/parts/bond.js';
import { called, empty, failure, kind, loading, toast, words } from 'vigie/parts/signs.js';

export function identity(root) {
  let gone = false;
  let timer;
  let at = -1;
  const place = h('div', { class: 'stack' }, h('div', { class: 'card' }, loading(4)));
  put(root, rooms('identity'), h('div', { class: 'head' }, h('h1', {}, t('identity.title')), h('p', {}, t('identity.lead'))), place);

  async function load(background = false) {
    try {
      const found = await get('/identity', background);
      if (!gone) show(found);
    } catch (error) { if (!gone && !background) put(place, h('div', { class: 'card' }, failure(error, () => load()))); }
  }

  async function act(p) {
    const done = await (p.merge ? merge(p.devices[0].id, p.devices[1].id) : split(p.devices[0].id, p.leaves));
    if (done) setTimeout(() => { if (!gone) load(true); }, 600);
  }

  async function undo(d) {
    const text = await words({ title: t('bond.undo'), go: t('bond.undo') });
    if (text === null) return;
    try { await post(`/identity/${d.seq}/undo`, { comment: text }); toast(t('bond.done')); load(true); } catch (error) { toast(trouble(error)); }
  }

  const device = d => h('div', { class: 'party' }, h('a', { href: `#/inventory/${d.id}` }, called({ name: d.name || d.address || d.id }, 80)), h('small', {}, kind(d.kind), d.address && [' · ', seen(d.address)]));
  const proof = p => h('li', {}, h('span', { class: 'muted' }, word('trait', p.trait), ' '), h('b', {}, seen(p.value)), ' ', h('span', { class: 'mono small' }, seen(p.key)), h('div', { class: 'muted small' }, t('asset.source', { source: p.source }), ' · ', when(p.first, short), ' – ', when(p.last, short)));

  function show({ proposals, done }) {
    at = -1;
    put(place,
      proposals.length === 0 ? h('div', { class: 'card' }, empty(t('identity.none'), t('identity.none.why')))
        : proposals.map(p => h('section', { class: 'card stack proposal' }, h('div', { class: 'row' }, h('h2', {}, t(p.merge ? 'identity.one' : 'identity.several', { reason: t(`identity.${p.reason}`) })), h('span', { class: 'muted small' }, t('asset.confidence', { n: p.confidence })),
          may('analyst') && h('button', { class: 'button right', type: 'button', on: { click: () => act(p) } }, t(p.merge ? 'bond.merge' : 'bond.split'), ' …')),
        h('div', { class: 'row' }, p.devices.map(device)), h('ul', { class: 'facts' }, p.proofs.map(proof)))),
      done.length > 0 && h('section', { class: 'card' }, h('h2', {}, t('identity.done')), h('ul', { class: 'facts' }, done.map(d => h('li', {}, h('div', { class: 'row' }, h('b', {}, t(d.merge ? 'bond.merged' : 'bond.parted')), h('a', { href: `#/inventory/${d.id}` }, called({ name: d.name || d.id }, 80)), h('span', { class: 'muted small' }, seen(d.by), ' · ', when(d.at, short)),
        d.undone ? h('span', { class: 'chip' }, t('bond.undone', { who: d.undone.by })) : may('analyst') && h('button', { class: 'button plain right', type: 'button', on: { click: () => undo(d) } }, t('bond.undo'))),
      h('div', { class: 'mono small muted' }, seen(`${d.left.join(' ')} ${d.merge ? '+' : '|'} ${d.right.join(' ')}`)), d.comment && h('blockquote', {}, seen(d.comment)))))));
  }

  function step(by) {
    const buttons = [...place.querySelectorAll('.proposal button')];
    if (buttons.length === 0) return;
    at = Math.min(buttons.length - 1, Math.max(0, at + by));
    buttons[at].focus();
    buttons[at].scrollIntoView({ block: 'center' });
  }
  pageKeys({ j: () => step(1), k: () => step(-1), Escape: () => go('inventory') });
  load();
  const quiet = hear(change => { if (change.assets.length || change.moreAssets) { clearTimeout(timer); timer = setTimeout(() => load(true), 900); } });
  return { title: t('identity.title'), leave() { gone = true; clearTimeout(timer); quiet(); pageKeys({}); } };
}
