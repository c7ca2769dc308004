// The console's words.
import fr from 'vigie/text/fr.js';
import en from 'vigie/text/en.js';
import { state } from 'vigie/state.js';

const WORDS = { fr, en };

/** The words for a key; `{name}` is filled from the values. Missing words show their key, and a test looks for them. */
export function t(key, values = {}) {
  const text = WORDS[state.language][key] ?? WORDS.en[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ''));
}

/** The words for one or several. */
export const many = (key, n, shown = n) => t(`${key}.${n === 1 || (n === 0 && state.language === 'fr') ? 'one' : 'many'}`, { n: shown });

/** The words for a value of a closed list, or the value itself where the list grew. */
export function word(list, value) {
  const key = `${list}.${value}`;
  return WORDS[state.language][key] ?? WORDS.en[key] ?? value;
}

/** What went wrong, and the way out. */
export function trouble(error) {
  const key = `trouble.${error.code ?? 'internal'}`;
  const values = { s: error.body?.retryAfter ?? '', column: error.body?.column ?? '', detail: error.body?.detail ?? '' };
  return key in WORDS[state.language] ? t(key, values) : t('trouble.other', { detail: error.message });
}
