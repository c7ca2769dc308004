// The recorder's card on the page of the capture: what the ring holds, what is kept whole, and the administrator's choice about it.
import { h, put, seen } from 'vigie/dom.js';
import { get, set } from 'vigie/api.js';
import { may } from 'vigie/state.js';
import { t, trouble } from 'vigie/text.js';
import { full, number, short, when } from 'vigie/time.js';
import { note, toast } from 'vigie/parts/signs.js';

const KINDS = ['clinical', 'bulk', 'secrets'];

/** A card that asks for its own state; a form that somebody is filling in is left alone by `refresh`. */
export function recorder(octets) {
  const place = h('section', { class: 'card stack recorder', hidden: true });
  let changing = false;

  async function refresh() {
    if (changing) return;
    try { const state = await get('/recording', true); if (!changing) show(state); } catch (error) { place.hidden = false; put(place, h('h2', {}, t('recorder.title')), h('p', { class: 'muted' }, trouble(error))); }
  }

  function show(state) {
    place.hidden = false;
    if (!state.on) { put(place, h('h2', {}, t('recorder.title')), h('p', { class: 'muted' }, t('recorder.off'))); return; }
    const whole = KINDS.filter(k => state.keep[k]);
    put(place, h('h2', {}, t('recorder.title')),
      state.trouble && note('bad', h('strong', {}, t('recorder.trouble')), ' ', seen(state.trouble)),
      h('div', { class: 'bars' }, h('span', { class: 'gauge' }, h('span', {}, t('recorder.size', { size: octets(state.size), bound: octets(state.bound) })), h('meter', { min: 0, max: Math.max(1, state.bound), value: state.size, 'aria-label': t('recorder.title') }))),
      h('p', { class: 'small muted' }, state.first === null ? t('recorder.empty') : [t('recorder.span'), ' ', when(state.first, short), ' – ', when(state.last, short)]),
      whole.length === 0 ? h('p', {}, t('recorder.little')) : note('warning', h('strong', {}, t('recorder.whole')), h('ul', { class: 'facts' }, whole.map(k => h('li', {}, t(`recorder.${k}`))))),
      state.keep.who !== null && h('p', { class: 'small muted' }, seen(state.keep.who), ', ', when(state.keep.time, full), h('br'), seen(state.keep.reason)),
      may('administrator') && h('p', {}, h('button', { type: 'button', class: 'button', on: { click: () => choose(state) } }, t('recorder.change'))));
  }

  function choose(state) {
    changing = true;
    const boxes = KINDS.map(k => h('input', { type: 'checkbox', name: k, checked: state.keep[k] }));
    const reason = h('textarea', { name: 'reason', required: true, maxlength: 4000 });
    const says = h('div', { 'aria-live': 'polite' });
    const back = () => { changing = false; refresh(); };
    put(place, h('h2', {}, t('recorder.change')), h('form', { class: 'stack', on: { submit: async e => {
      e.preventDefault();
      try {
        await set('/recording/keep', { ...Object.fromEntries(KINDS.map((k, i) => [k, boxes[i].checked])), reason: reason.value.trim() });
        toast(t('done.decision'));
        back();
      } catch (error) { put(says, note('bad', trouble(error))); }
    } } }, h('p', { class: 'small muted' }, t('recorder.why')),
      KINDS.map((k, i) => h('label', { class: 'tick' }, boxes[i], h('span', {}, t(`recorder.${k}`), h('small', {}, t(`recorder.${k}.why`))))),
      h('label', { class: 'field' }, h('span', {}, t('recorder.reason')), reason, h('small', {}, t('recorder.reason.why'))), says,
      h('div', { class: 'row' }, h('button', { class: 'button main' }, t('do.save')), h('button', { type: 'button', class: 'button', on: { click: back } }, t('do.cancel')))));
    boxes[0].focus();
  }

  refresh();
  return { place, refresh };
}
