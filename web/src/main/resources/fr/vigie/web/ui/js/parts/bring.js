// Tables that people bring: tried, looked at, taken, taken back.
import { h, put, seen, plain } from 'vigie/dom.js';
import { get, post } from 'vigie/api.js';
import { may, zone } from 'vigie/state.js';
import { many, t, trouble, word } from 'vigie/text.js';
import { number, short, when } from 'vigie/time.js';
import { empty, failure, loading, note, said, toast } from 'vigie/parts/signs.js';

const MOST = 8 * 1024 * 1024;
const SHOWN = 100;

/** The section of imports: a form for those who decide, the plan of a table, and what was taken. */
export function bring() {
  const place = h('div', { 'aria-live': 'polite', class: 'stack', id: 'plan' });
  const list = h('div', {}, loading(2));
  let table = null;

  const file = h('input', { type: 'file', name: 'table', accept: '.csv,.tsv,.txt,.xlsx', required: true, on: { change: () => { table = null; put(place); } } });
  const form = h('form', { class: 'stack', on: { submit: e => { e.preventDefault(); attempt(); } } },
    h('label', { class: 'field' }, h('span', {}, t('import.file')), file, h('small', {}, t('import.hint'))), h('div', { class: 'row' }, h('button', { class: 'button main' }, t('import.try'))));

  async function attempt() {
    const chosen = file.files[0];
    if (!chosen) return;
    if (chosen.size > MOST) { put(place, note('bad', t('import.large'))); return; }
    put(place, loading(3));
    try {
      table = { name: chosen.name, content: await base64(chosen) };
      show(await post('/imports/plan', table));
    } catch (error) { put(place, note('bad', error.code ? trouble(error) : t('import.unreadable'))); }
  }

  function show(plan) {
    const sound = plan.refused === 0 && plan.changes > 0;
    put(place,
      plan.refused > 0 ? note('bad', h('strong', {}, t('import.refused')), h('p', {}, t('import.refused.why')))
        : plan.changes === 0 ? note('good', t('import.same')) : note('good', h('strong', {}, many('import.would', plan.changes, number(plan.changes))), ' ', t('import.values', { n: number(plan.values), same: number(plan.same) })),
      plan.unread.length > 0 && h('p', { class: 'muted small' }, t('import.unread', { names: plan.unread.join(', ') })),
      plan.refusals.length > 0 && h('div', { class: 'table' }, h('table', { id: 'refusals' }, h('thead', {}, h('tr', {}, h('th', { class: 'num', scope: 'col' }, t('import.row')), h('th', { scope: 'col' }, t('import.reason')))),
        h('tbody', {}, plan.refusals.slice(0, SHOWN).map(r => h('tr', {}, h('td', { class: 'num' }, r.row > 0 ? number(r.row) : '–'), h('td', {}, seen(said(r)))))))),
      plan.items.length > 0 && h('div', { class: 'table' }, h('table', { class: 'tried' }, h('thead', {}, h('tr', {}, h('th', { class: 'num', scope: 'col' }, t('import.row')), h('th', { scope: 'col' }, t('col.name')), h('th', { scope: 'col' }, t('import.field')), h('th', { scope: 'col' }, t('import.from')), h('th', { scope: 'col' }, t('import.to')))),
        h('tbody', {}, plan.items.slice(0, SHOWN).flatMap(item => item.values.map((v, i) => h('tr', {}, h('td', { class: 'num' }, i === 0 && number(item.row)), h('td', {}, i === 0 && h('a', { href: `#/inventory/${item.id}` }, seen(plain(item.name, 80)))), h('td', {}, word('field', v.field)), h('td', { class: 'muted' }, v.from ? value(v.field, v.from) : '–'), h('td', {}, v.to ? h('b', {}, value(v.field, v.to)) : h('em', {}, t('import.back'))))))))),
      Math.max(plan.items.length, plan.refusals.length) > SHOWN && h('p', { class: 'muted small' }, t('import.more', { n: SHOWN })),
      sound && h('div', { class: 'row' }, h('button', { class: 'button main', type: 'button', id: 'take', on: { click: take } }, t('import.take')), h('span', { class: 'muted small' }, t('import.take.why'))));
  }

  const value = (field, text) => field === 'zone' ? seen(zone(text).name) : field === 'kind' ? word('kind', text) : seen(plain(text, 120));

  async function take() {
    const button = place.querySelector('#take');
    button.disabled = true;
    try {
      const taken = await post('/imports', table);
      put(place, note('good', h('strong', {}, many('import.taken', taken.changes, number(taken.changes))), ' ', t('import.taken.why', { id: taken.id })));
      form.reset();
      load();
    } catch (error) {
      if (error.body?.refusals) show(error.body); else { put(place, note('bad', trouble(error))); }
    }
  }

  async function takeBack(id) {
    try {
      const back = await post(`/imports/${encodeURIComponent(id)}/undo`);
      toast(t(back.kept > 0 ? 'import.undone.kept' : 'import.undone', { n: number(back.values), kept: number(back.kept) }));
      load();
    } catch (error) { toast(trouble(error)); }
  }

  async function load() {
    try {
      const { taken } = await get('/imports', true);
      put(list, taken.length === 0 ? empty(t('import.none'), t('import.none.why')) : h('ul', { class: 'files', id: 'taken' }, taken.map(i => h('li', {},
        h('div', {}, h('strong', {}, seen(plain(i.file, 80))), ' ', h('span', { class: 'chip' }, i.id), h('p', { class: 'muted small' }, when(i.time, short), ' · ', seen(i.who), ' · ', many('import.devices', i.devices, number(i.devices)), i.undone && [' · ', t('import.undone.by', { who: i.undone.who })])),
        may('analyst') && !i.undone && h('button', { class: 'button', type: 'button', 'aria-label': `${t('import.undo')} ${i.file}`, on: { click: () => takeBack(i.id) } }, t('import.undo'))))));
    } catch (error) { put(list, failure(error, load)); }
  }

  load();
  return h('section', { class: 'card stack imports' }, h('h2', {}, t('import.title')), h('p', { class: 'muted' }, t('import.lead')), may('analyst') && form, place, h('h3', {}, t('import.before')), list);
}

const base64 = file => new Promise((done, failed) => {
  const reader = new FileReader();
  reader.onload = () => done(String(reader.result).split(',', 2)[1] ?? '');
  reader.onerror = () => failed(reader.error);
  reader.readAsDataURL(file);
});
