// One device of two, or two of one: shown first, then done.
import { h, put, seen } from 'vigie/dom.js';
import { post } from 'vigie/api.js';
import { t, trouble } from 'vigie/text.js';
import { form } from 'vigie/parts/verdict.js';
import { called, kind, note, toast } from 'vigie/parts/signs.js';

const card = a => h('div', { class: 'party' }, h('b', {}, called(a, 80)), h('small', {}, kind(a.kind), a.vendor && [' · ', seen(a.vendor)], a.model && [' ', seen(a.model)]),
  h('small', { class: 'mono' }, (a.addresses ?? []).slice(0, 8).map((x, i) => [i > 0 && h('br'), seen(x.key)]), (a.addresses ?? []).length > 8 && ' …'));

/** What there is, and what there would be. */
const both = p => h('div', { class: 'picture' }, h('div', { class: 'parties' }, h('small', {}, t('bond.now')), p.before.map(card)), h('div', { class: 'arrow' }, '→'), h('div', { class: 'parties' }, h('small', {}, t('bond.then')), p.after.map(card)));

async function ask(path, body, title) {
  try {
    const preview = await post(path, { ...body, preview: true });
    const done = await form({ title, go: title, wide: true, body: [both(preview), note('', t('bond.why')), h('label', { class: 'field' }, h('span', {}, t('comment.label')), h('textarea', { name: 'comment', maxlength: 4000, 'data-first': true }))], send: said => post(path, { ...body, comment: said.comment.trim() }) });
    if (done) toast(t('bond.done'));
    return done;
  } catch (error) { toast(trouble(error)); return null; }
}

export const merge = (id, other) => ask('/identity/merge', { id, other }, t('bond.merge'));
export const split = (id, keys) => ask('/identity/split', { id, keys }, t('bond.split'));

/** Asks which addresses leave, then shows what that makes. */
export async function chooseSplit(a) {
  const own = (a.addresses ?? []).filter(x => x.current);
  const chosen = await form({ title: t('bond.split'), go: t('bond.preview'), body: [h('p', { class: 'muted' }, t('bond.which')), h('div', { class: 'stack' }, own.map((x, i) => h('label', { class: 'tick' }, h('input', { type: 'checkbox', name: `k${i}` }), h('span', { class: 'mono' }, seen(x.key)))))],
    send: async said => { const keys = own.filter((x, i) => said[`k${i}`]).map(x => x.key); await post('/identity/split', { id: a.id, keys, preview: true }); return keys; } });
  return chosen && split(a.id, chosen);
}
