// Compliance reports: choose, make, take, verify.
import { h, put, seen } from 'vigie/dom.js';
import { get, post } from 'vigie/api.js';
import { may, state } from 'vigie/state.js';
import { t, trouble } from 'vigie/text.js';
import { number, short, when } from 'vigie/time.js';
import { utcOf } from 'vigie/time.js';
import { empty, failure, loading, note, said, toast } from 'vigie/parts/signs.js';

const field = (label, input, hint) => h('label', { class: 'field' }, h('span', {}, label), input, hint && h('small', {}, hint));
const pick = (name, options, chosen) => h('select', { name }, options.map(([value, label]) => h('option', { value, selected: value === chosen }, label)));

export function reports(root) {
  let gone = false;
  put(root, loading(6));

  async function load() {
    try { const r = await get('/reports'); if (!gone) show(r); } catch (error) { if (!gone) put(root, failure(error, load)); }
  }

  function show(r) {
    put(root, h('div', { class: 'head' }, h('h1', {}, t('reports.title')), h('p', {}, t('reports.lead'))),
      h('div', { class: 'two' }, h('div', { class: 'stack' }, made(r)), h('div', { class: 'stack' }, may('analyst') && maker(r), verifier())));
  }

  function made(r) {
    const name = id => said(r.frameworks.find(f => f.id === id)?.name) || id;
    return h('section', { class: 'card' }, h('h2', {}, t('reports.made')), r.made.length === 0 ? empty(t('reports.none'))
      : h('ul', { class: 'facts' }, r.made.map(m => h('li', { class: 'row' }, h('div', {}, h('strong', {}, seen(name(m.framework))), ' ', h('span', { class: 'chip' }, String(m.format).toUpperCase()), ' ', h('span', { class: 'chip' }, String(m.language).toUpperCase()),
        h('div', { class: 'muted small' }, when(m.made, short), ' ', t('reports.by', { who: m.by }), ' · ', number(m.bytes), ' o · ', h('code', { title: m.sha256 }, String(m.sha256 ?? '').slice(0, 12)))),
      h('span', { class: 'row right' }, h('a', { class: 'button', href: `/api/v1/reports/${encodeURIComponent(m.id)}/file`, download: '' }, t('reports.file')), m.format !== 'pdf' && h('a', { class: 'button plain', href: `/api/v1/reports/${encodeURIComponent(m.id)}/signature`, download: '' }, t('reports.signature')))))));
  }

  function maker(r) {
    const says = h('div', { 'aria-live': 'polite' });
    const framework = pick('framework', r.frameworks.map(f => [f.id, said(f.name)]));
    const format = pick('format', [['pdf', 'PDF'], ['csv', 'CSV'], ['json', 'JSON']]);
    const language = pick('language', [['fr', 'Français'], ['en', 'English']], state.language);
    const from = h('input', { type: 'datetime-local', name: 'from' });
    const to = h('input', { type: 'datetime-local', name: 'to' });
    const button = h('button', { class: 'button main' }, t('reports.go'));
    return h('form', { class: 'card stack', on: { submit: async e => {
      e.preventDefault();
      button.disabled = true;
      put(says, h('p', { class: 'muted' }, t('reports.working')));
      try {
        await post('/reports', { framework: framework.value, format: format.value, language: language.value, from: utcOf(from.value), to: utcOf(to.value) });
        toast(t('reports.done'));
        load();
      } catch (error) { put(says, note('bad', trouble(error))); } finally { button.disabled = false; }
    } } }, h('h2', {}, t('reports.make')), field(t('reports.framework'), framework), h('div', { class: 'row' }, field(t('reports.format'), format), field(t('reports.language'), language)), field(t('reports.from'), from), field(t('reports.to'), to, t('reports.period')), says, button);
  }

  function verifier() {
    const says = h('div', { 'aria-live': 'polite' });
    const file = h('input', { type: 'file', name: 'report', required: true });
    const signature = h('input', { type: 'file', name: 'signature' });
    return h('form', { class: 'card stack', on: { submit: async e => {
      e.preventDefault();
      try {
        const answer = await post('/reports/verify', { report: await base64(file.files[0]), signature: signature.files[0] ? await base64(signature.files[0]) : '' });
        put(says, note(answer.intact ? 'good' : 'bad', h('strong', {}, t(answer.intact ? 'reports.intact' : 'reports.altered')), h('p', {}, seen(said(answer.sentence))), answer.signedBy && h('p', {}, t('reports.signer', { who: '' }), seen(answer.signedBy)), answer.intact && h('p', {}, t(answer.trusted ? 'reports.trusted' : 'reports.untrusted'))));
      } catch (error) { put(says, note('bad', trouble(error))); }
    } } }, h('h2', {}, t('reports.verify')), field(t('reports.verify.file'), file), field(t('reports.verify.signature'), signature), says, h('button', { class: 'button' }, t('reports.verify.go')));
  }

  load();
  return { title: t('reports.title'), leave() { gone = true; } };
}

const base64 = file => new Promise((done, failed) => {
  const reader = new FileReader();
  reader.onload = () => done(String(reader.result).split(',', 2)[1] ?? '');
  reader.onerror = () => failed(reader.error);
  reader.readAsDataURL(file);
});
