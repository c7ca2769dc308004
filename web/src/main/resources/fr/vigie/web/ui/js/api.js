// Every request of the console, to the machine that served it and to no other.

let csrf = null;
let gone = () => {};

/** What to do when the stay is over. */
export function onGone(listener) { gone = listener; }

/** An answer that is an error: `code` has a sentence in every language. */
export class Trouble extends Error {
  constructor(status, body) {
    super(body?.detail ?? `status ${status}`);
    this.status = status;
    this.code = body?.code ?? (status === 0 ? 'offline' : 'internal');
    this.body = body ?? {};
  }
}

async function ask(method, path, body, background) {
  let answer;
  try {
    const headers = { Accept: 'application/json' };
    if (body !== undefined || method === 'POST' || method === 'PUT') headers['Content-Type'] = 'application/json';
    if (csrf && method !== 'GET') headers['X-Vigie-Csrf'] = csrf;
    if (background) headers['X-Vigie-Background'] = '1';
    answer = await fetch(`/api/v1${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), credentials: 'same-origin', cache: 'no-store', redirect: 'error' });
  } catch {
    throw new Trouble(0, null);
  }
  if (answer.status === 204) return null;
  const json = (answer.headers.get('Content-Type') ?? '').includes('json') ? await answer.json().catch(() => null) : null;
  if (answer.ok) {
    if (json && 'csrf' in json) csrf = json.csrf;
    return json;
  }
  const trouble = new Trouble(answer.status, json);
  if (trouble.code === 'login_required') gone();
  throw trouble;
}

export const get = (path, background = false) => ask('GET', path, undefined, background);
export const post = (path, body = {}) => ask('POST', path, body);
export const set = (path, body = {}) => ask('PUT', path, body);
export const remove = path => ask('DELETE', path);

/** A query string of a list: words, chosen facet values, sort, page. */
export function query({ q = '', facets = {}, sort = '', offset = 0, limit = 50 } = {}) {
  const p = new URLSearchParams();
  if (q) p.set('q', q);
  for (const [field, values] of Object.entries(facets)) for (const value of values) p.append(`f.${field}`, value);
  if (sort) p.set('sort', sort);
  if (offset) p.set('offset', offset);
  p.set('limit', limit);
  return `?${p}`;
}
