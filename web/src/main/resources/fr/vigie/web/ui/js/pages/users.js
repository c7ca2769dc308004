// Who has access: for administrators.
import { h, put, seen } from 'vigie/dom.js';
import { get, post, set } from 'vigie/api.js';
import { state } from 'vigie/state.js';
import { t, trouble, word } from 'vigie/text.js';
import { failure, loading, note, toast } from 'vigie/parts/signs.js';

const ROLES = ['viewer', 'analyst', 'administrator'];

export function users(root) {
  let gone = false;
  const secret = h('div', { 'aria-live': 'polite' });
  put(root, loading(4));

  async function load() {
    try { const r = await get('/users'); if (!gone) show(r.items); } catch (error) { if (!gone) put(root, failure(error, load)); }
  }
  const tell = made => put(secret, h('section', { class: 'card stack' }, h('h2', {}, t('users.secret', { name: made.name })), h('p', { class: 'secret' }, made.oneTimePassword), h('p', { class: 'muted' }, t('users.secret.why'))));
  async function attempt(act) { try { await act(); load(); } catch (error) { toast(trouble(error)); load(); } }

  const role = (chosen, on) => h('select', { class: 'input', 'aria-label': t('users.role'), on: on ? { change: e => on(e.target.value) } : {} }, ROLES.map(r => h('option', { value: r, selected: r === chosen }, word('role', r))));

  function show(items) {
    const name = h('input', { name: 'name', required: true, maxlength: 64, pattern: '[a-z0-9][a-z0-9._\\-]*', autocomplete: 'off' });
    const newRole = role('viewer');
    const says = h('div', { 'aria-live': 'polite' });
    put(root, h('div', { class: 'head' }, h('h1', {}, t('users.title'))), h('div', { class: 'two' },
      h('section', { class: 'card table' }, h('table', {}, h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, t('users.name')), h('th', { scope: 'col' }, t('users.role')), h('th', { scope: 'col' }, t('users.state')), h('th', {}, h('span', { class: 'visually-hidden' }, t('users.reset'))))),
        h('tbody', {}, items.map(u => h('tr', {}, h('td', {}, h('strong', {}, seen(u.name))), h('td', {}, u.name === state.user.name ? word('role', u.role) : role(u.role, r => attempt(() => set(`/users/${u.name}`, { role: r, enabled: u.enabled })))),
          h('td', {}, u.enabled ? t('users.open') : t('users.closed'), u.mustChange && h('div', { class: 'muted small' }, t('users.pending'))),
          h('td', {}, u.name !== state.user.name && h('div', { class: 'row' }, h('button', { class: 'button plain', type: 'button', on: { click: () => attempt(async () => tell(await post(`/users/${u.name}/password`))) } }, t('users.reset')),
            h('button', { class: 'button plain', type: 'button', on: { click: () => attempt(() => set(`/users/${u.name}`, { role: u.role, enabled: !u.enabled })) } }, t(u.enabled ? 'users.close' : 'users.reopen'))))))))),
      h('div', { class: 'stack' }, secret, h('form', { class: 'card stack', on: { submit: async e => {
        e.preventDefault();
        try { tell(await post('/users', { name: name.value.trim(), role: newRole.value, language: state.language })); load(); } catch (error) { put(says, note('bad', trouble(error))); }
      } } }, h('h2', {}, t('users.add')), h('label', { class: 'field' }, h('span', {}, t('users.name')), name, h('small', {}, t('users.name.hint'))), h('label', { class: 'field' }, h('span', {}, t('users.role')), newRole), says, h('button', { class: 'button main' }, t('users.go'))))));
  }

  load();
  return { title: t('users.title'), leave() { gone = true; } };
}
