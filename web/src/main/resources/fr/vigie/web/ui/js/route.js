// Addresses of pages: `#/alerts/ID?q=…&f.severity=C`.

/** What the address asks for. */
export function read() {
  const [path, search = ''] = location.hash.replace(/^#\/?/, '').split('?', 2);
  const [page = '', id = ''] = path.split('/');
  const p = new URLSearchParams(search);
  const facets = {};
  for (const [name, value] of p) if (name.startsWith('f.')) (facets[name.slice(2)] ??= []).push(value);
  return { page: page || 'overview', id: decoded(id), list: { q: p.get('q') ?? '', facets, sort: p.get('sort') ?? '' }, link: (to, list) => link(page || 'overview', to, list) };
}

function decoded(text) {
  try { return decodeURIComponent(text); } catch { return ''; }
}

/** The address of a page. */
export function link(page, id = '', { q = '', facets = {}, sort = '' } = {}) {
  const p = new URLSearchParams();
  if (q) p.set('q', q);
  for (const [field, values] of Object.entries(facets)) for (const v of values) p.append(`f.${field}`, v);
  if (sort) p.set('sort', sort);
  const tail = p.toString();
  return `#/${page}${id ? `/${encodeURIComponent(id)}` : ''}${tail ? `?${tail}` : ''}`;
}

/** Goes there; `quietly` leaves no step behind in the history. */
export function go(page, id = '', list = {}, quietly = false) {
  const to = link(page, id, list);
  if (quietly) { history.replaceState(null, '', to); dispatchEvent(new HashChangeEvent('hashchange')); } else location.hash = to;
}
