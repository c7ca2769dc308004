// Asks what is decided of devices: state, who answers, until when, words; says first of how many.
import { h, put, seen } from 'vigie/dom.js';
import { post } from 'vigie/api.js';
import { state as here } from 'vigie/state.js';
import { many, t, trouble, word } from 'vigie/text.js';
import { number } from 'vigie/time.js';
import { called, note, review } from 'vigie/parts/signs.js';

export const STATES = { approved: 'do.approve', 'to-review': 'do.review', refused: 'do.refuse', 'to-decommission': 'do.decommission' };

/** A form in a dialog that sends when it is submitted and stays open where that fails; gives what `send` gave, or null. */
export function form({ title, body, go, send, wide = false }) {
  return new Promise(done => {
    const wrong = h('div', { 'aria-live': 'polite' });
    let answer = null;
    const button = h('button', { class: 'button main' }, go);
    const dialog = h('dialog', { class: wide ? 'wide' : null, 'aria-labelledby': 'form-title' }, h('form', { method: 'dialog', on: { submit: async e => {
      e.preventDefault();
      button.disabled = true;
      try { answer = await send(Object.fromEntries(new FormData(e.target))); dialog.close('yes'); } catch (error) { put(wrong, note('bad', trouble(error))); button.disabled = false; }
    } } }, h('h2', { id: 'form-title' }, title), body, wrong,
      h('div', { class: 'row' }, button, h('button', { class: 'button', type: 'button', on: { click: () => dialog.close('no') } }, t('do.cancel')))));
    dialog.addEventListener('close', () => { dialog.remove(); done(dialog.returnValue === 'yes' ? answer : null); });
    dialog.addEventListener('keydown', e => { if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) dialog.querySelector('form').requestSubmit(); });
    document.body.append(dialog);
    dialog.showModal();
    (dialog.querySelector('[data-first]') ?? button).focus();
  });
}

/** Who can answer for a device. */
export const OWNERS = ['technical-services', 'it'];

/** The choice of one of them; `none` is the choice of nobody, or of leaving what each has. What was written before there was a list stays to be chosen. */
const owners = (now, none) => h('select', { name: 'owner' }, h('option', { value: '' }, none),
  [...OWNERS, ...(now && !OWNERS.includes(now) ? [now] : [])].map(o => h('option', { value: o, selected: o === now }, word('owner', o))));

/**
 * Decides of a selection, `{ids}` or `{q, facets}`. Gives `{count}`, or null where the person went back.
 * `now` is what a single device has.
 */
export async function verdict(selection, to, now = {}) {
  const preview = await post('/reviews', { ...selection, preview: true });
  const states = Object.entries(preview.states ?? {});
  const tooMany = preview.count > preview.most;
  const one = preview.count === 1;
  return form({
    title: t(STATES[to]), go: one ? t(STATES[to]) : many('verdict.go', preview.count, number(preview.count)),
    body: [
      h('div', { class: 'note', data: { k: tooMany ? 'bad' : '' }, id: 'verdict-preview' }, h('strong', {}, many('inventory.count', preview.count, number(preview.count))),
        h('p', {}, (preview.sample ?? []).map((d, i) => [i > 0 && ', ', called({ name: d.name || d.address || d.id }, 40)]), preview.count > (preview.sample ?? []).length && ' …'),
        !one && h('p', { class: 'row' }, states.map(([s, n]) => h('span', {}, review(s), ` ${number(n)}`))), tooMany && h('p', {}, t('verdict.most', { n: number(preview.most) }))),
      h('label', { class: 'field' }, h('span', {}, t('asset.owner')), owners(now.owner ?? '', one ? t('owner.none') : t('verdict.same'))),
      h('label', { class: 'field' }, h('span', {}, t('verdict.due')), h('input', { name: 'due', type: 'date', value: now.due ?? '' })),
      h('label', { class: 'field' }, h('span', {}, t('comment.label')), h('textarea', { name: 'comment', maxlength: 4000, 'data-first': true }), h('small', {}, t('comment.optional')))],
    send: said => {
      const body = { ...selection, state: to, comment: said.comment.trim(), ...(selection.ids ? {} : { expect: preview.count }) };
      // of one device an empty field takes back what was there; of many it leaves what each has
      if (one ? said.owner.trim() !== (now.owner ?? '') : said.owner.trim()) body.owner = said.owner.trim();
      if (one ? said.due !== (now.due ?? '') : said.due) body.due = said.due;
      return post('/reviews', body);
    },
  });
}

/** One difference, in words. */
export function difference(d, devices = {}) {
  const value = v => d.field === 'kind' ? word('kind', v) : d.field === 'zone' ? here.site.zones?.find(z => z.id === v)?.name ?? v : v;
  const item = v => devices[v] ? h('a', { href: `#/inventory/${v}` }, called(devices[v], 60)) : h('span', { class: 'mono' }, seen(v));
  const none = () => h('span', { class: 'muted' }, t('change.unknown'));
  return h('li', { class: 'change', data: { matters: d.matters ? 'yes' : 'no' } }, h('b', {}, t(`change.${d.field}`)), ' ',
    d.was || d.is ? h('span', {}, d.was ? h('del', {}, seen(value(d.was))) : none(), ' → ', d.is ? h('ins', {}, seen(value(d.is))) : none())
      : [d.gained.slice(0, 20).map(v => h('ins', {}, '+ ', item(v))), d.lost.slice(0, 20).map(v => h('del', {}, '− ', item(v))), d.gained.length + d.lost.length > 40 && ' …'],
    d.matters && h('span', { class: 'badge', data: { r: 'to-review' } }, t('change.matters')));
}
