// Before log-in: the door, and the change of a one-time password.
import { h, put, svg } from 'vigie/dom.js';
import { post, set } from 'vigie/api.js';
import { state, take } from 'vigie/state.js';
import { t, trouble } from 'vigie/text.js';
import { note } from 'vigie/parts/signs.js';

function beam() {
  return svg('svg', { class: 'beam', viewBox: '0 0 600 300', 'aria-hidden': 'true' },
    svg('path', { d: 'M40 210 600 60v190z', fill: '#f2b33d', opacity: '.10' }), svg('path', { d: 'M40 210 600 110v90z', fill: '#f2b33d', opacity: '.13' }),
    svg('circle', { cx: 40, cy: 210, r: 6, fill: '#f2b33d' }));
}

function gate(root, form) {
  put(root, h('div', { class: 'gate' },
    h('header', { class: 'sea' }, h('div', {}, h('img', { src: '/ui/vigie.svg', alt: '' }), h('h1', {}, t('app.tagline')), h('p', {}, t('app.promise'))), beam()),
    h('main', { class: 'door', id: 'content' }, form)));
}

const field = (label, input, hint) => h('label', { class: 'field' }, h('span', {}, label), input, hint && h('small', {}, hint));

/** The door. `over` says that a stay ended. */
export function login(root, done, over = false) {
  const name = h('input', { name: 'name', autocomplete: 'username', autocapitalize: 'none', spellcheck: 'false', required: true, maxlength: 64 });
  const password = h('input', { name: 'password', type: 'password', autocomplete: 'current-password', required: true, maxlength: 256 });
  const says = h('div', { 'aria-live': 'polite' }, over && note('warning', t('login.over')));
  const button = h('button', { class: 'button main' }, t('login.go'));
  const form = h('form', { on: { submit: async e => {
    e.preventDefault();
    button.disabled = true;
    try {
      const session = await post('/session', { name: name.value.trim(), password: password.value });
      take(session);
      done();
    } catch (error) {
      put(says, note('bad', trouble(error)));
      password.value = '';
      password.focus();
    } finally { button.disabled = false; }
  } } }, h('h2', {}, t('login.title')), says, field(t('login.name'), name), field(t('login.password'), password), button, h('p', { class: 'muted small' }, t('login.hint')),
  h('p', {}, h('button', { type: 'button', class: 'button plain', lang: state.language === 'fr' ? 'en' : 'fr', on: { click: () => {
    state.language = state.language === 'fr' ? 'en' : 'fr';
    document.documentElement.lang = state.language;
    login(root, done, over);
  } } }, t('language.other'))));
  gate(root, form);
  document.title = `${t('login.title')} – Vigie`;
  name.focus();
}

/** A password of one's own, before anything else. */
export function firstPassword(root, done) {
  const old = h('input', { type: 'password', name: 'old', autocomplete: 'current-password', required: true, maxlength: 256 });
  const fresh = h('input', { type: 'password', name: 'new', autocomplete: 'new-password', required: true, minlength: 12, maxlength: 256 });
  const again = h('input', { type: 'password', name: 'again', autocomplete: 'new-password', required: true, maxlength: 256 });
  const says = h('div', { 'aria-live': 'polite' });
  gate(root, h('form', { on: { submit: async e => {
    e.preventDefault();
    if (fresh.value !== again.value) { put(says, note('bad', t('password.differ'))); again.focus(); return; }
    try {
      take(await set('/session/password', { old: old.value, new: fresh.value }));
      done();
    } catch (error) { put(says, note('bad', trouble(error))); }
  } } }, h('h2', {}, t('password.title')), h('p', { class: 'muted' }, t('password.why')), says, h('input', { type: 'text', name: 'username', autocomplete: 'username', value: state.user?.name ?? '', hidden: true }),
  field(t('password.old'), old), field(t('password.new'), fresh), field(t('password.again'), again), h('button', { class: 'button main' }, t('password.go'))));
  document.title = `${t('password.title')} – Vigie`;
  old.focus();
}
