// Facets and search above a list: what can be chosen, how often it occurs, what is chosen.
import { h, put, plain } from 'vigie/dom.js';
import { zone } from 'vigie/state.js';
import { t, word } from 'vigie/text.js';
import { number } from 'vigie/time.js';

const label = (field, value) => field === 'zone' ? zone(value).name : ['severity', 'state', 'review', 'kind', 'verdict', 'exploited', 'decided', 'origin'].includes(field) ? word(field, value) : value;
const ORDER = { severity: ['C', 'H', 'M', 'L', 'I', 'critical', 'high', 'medium', 'low', 'none'], verdict: ['true', 'false', 'accepted', 'match', 'possible', 'not-affected', 'none'], decided: ['open', 'done', 'none'], state: ['new', 'acknowledged', 'in-progress', 'investigating', 'closed', 'resolved', 'false-positive', 'silenced'], review: ['new', 'to-review', 'approved', 'refused', 'to-decommission'] };

/** `chosen` is `{field: [values]}`; `change` gets the new one. Answers the element and `show(facets)`. */
export function facets({ fields, chosen, q, hint, change }) {
  const open = new Set();
  const bar = h('div', { class: 'facets' });
  const input = h('input', { type: 'search', value: q, placeholder: hint, 'aria-label': hint, maxlength: 500 });
  const search = h('form', { class: 'search', role: 'search', on: { submit: e => { e.preventDefault(); change({ q: input.value.trim(), facets: chosen }); } } }, input);
  let typing;
  input.addEventListener('input', () => { clearTimeout(typing); typing = setTimeout(() => change({ q: input.value.trim(), facets: chosen }), 350); });
  document.addEventListener('click', function shut(e) {
    if (!bar.isConnected) { document.removeEventListener('click', shut); return; }
    for (const d of bar.querySelectorAll('details[open]')) if (!d.contains(e.target)) d.open = false;
  });

  function toggle(field, value, on) {
    const values = new Set(chosen[field] ?? []);
    if (on) values.add(value); else values.delete(value);
    chosen = { ...chosen, [field]: [...values] };
    if (!chosen[field].length) delete chosen[field];
    change({ q: input.value.trim(), facets: chosen });
  }

  function one(field, counts) {
    const picked = new Set((chosen[field] ?? []).map(v => v.toLowerCase()));
    const known = new Map(counts.map(c => [c.value, c.count]));
    for (const v of chosen[field] ?? []) if (![...known.keys()].some(k => k.toLowerCase() === v.toLowerCase())) known.set(v, 0);
    const order = ORDER[field];
    const rows = [...known].sort((a, b) => order ? order.indexOf(a[0]) - order.indexOf(b[0]) : b[1] - a[1] || a[0].localeCompare(b[0]));
    const title = picked.size ? `${t(field)}${t('colon')}${plain((chosen[field] ?? []).map(v => label(field, v)).join(', '), 28)}` : t(field);
    return h('details', { class: 'facet', open: open.has(field), data: { on: picked.size ? 'yes' : 'no', field }, on: { toggle: e => { if (e.target.open) open.add(field); else open.delete(field); } } },
      h('summary', {}, title),
      h('div', { class: 'menu' }, rows.map(([value, count]) => h('label', {},
        h('input', { type: 'checkbox', checked: picked.has(value.toLowerCase()), on: { change: e => toggle(field, value, e.target.checked) } }),
        h('bdi', {}, plain(label(field, value), 60)), h('span', { class: 'n' }, number(count))))));
  }

  function show(found) {
    const focus = document.activeElement?.closest?.('details')?.dataset.field;
    const any = Object.keys(chosen).length > 0 || input.value;
    put(bar, fields.filter(f => (found[f]?.length ?? 0) > 0 || chosen[f]).map(f => one(f, found[f] ?? [])), search,
      any && h('button', { type: 'button', class: 'button plain', on: { click: () => { chosen = {}; input.value = ''; change({ q: '', facets: {} }); } } }, t('clear')));
    if (focus) bar.querySelector(`details[data-field="${focus}"] summary`)?.focus();
  }

  put(bar, search);
  return { element: bar, show, focus: () => input.focus(), writing: () => document.activeElement === input };
}
