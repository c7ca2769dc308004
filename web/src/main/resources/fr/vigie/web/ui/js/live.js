// Server-sent events: what changed, so that the page that is open asks again for what it shows.

const listeners = new Set();
const lights = new Set();
let source = null;
let live = null;

/** Hears `{alerts, assets, …}` until the answer is called. */
export function hear(listener) { listeners.add(listener); return () => listeners.delete(listener); }

/** Hears whether the line stands: true, false, or null before it is known. */
export function light(listener) { lights.add(listener); listener(live); return () => lights.delete(listener); }

function shine(value) { live = value; for (const l of lights) l(value); }

export function start() {
  if (source) return;
  source = new EventSource('/api/v1/events');
  source.addEventListener('hello', () => shine(true));
  source.addEventListener('change', e => { shine(true); const what = JSON.parse(e.data); for (const l of listeners) l(what); });
  source.addEventListener('bye', stop);
  source.addEventListener('error', () => shine(false));
}

export function stop() { source?.close(); source = null; shine(null); }
