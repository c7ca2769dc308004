// The keyboard: one table for the console, one for the page that is open.

let page = {};
let console_ = {};
let pending = '';

/** Keys of the page that is open, `{j: …}`; two-key sequences as `'g a'`. */
export function pageKeys(table) { page = table; }
export function consoleKeys(table) { console_ = table; }

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  const at = event.target;
  const writing = at instanceof HTMLInputElement && at.type !== 'checkbox' || at instanceof HTMLTextAreaElement || at instanceof HTMLSelectElement;
  if (writing) { if (event.key === 'Escape') at.blur(); return; }
  if (document.querySelector('dialog[open]')) return;
  if (event.key === 'Enter' && at !== document.body && at.closest?.('a,button,summary')) return;
  const sequence = pending ? `${pending} ${event.key}` : event.key;
  pending = '';
  const act = page[sequence] ?? console_[sequence];
  if (act) { event.preventDefault(); act(); return; }
  if (event.key === 'g') { pending = 'g'; setTimeout(() => { pending = ''; }, 1200); }
});
