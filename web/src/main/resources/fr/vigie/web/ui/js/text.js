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

/** Every kind of equipment that has words. */
export const kinds = () => Object.keys(WORDS.en).filter(k => k.startsWith('kind.')).map(k => k.slice(5));

/** What went wrong, and the way out. */
export function trouble(error) {
  const key = `trouble.${error.code ?? 'internal'}`;
  const values = { s: error.body?.retryAfter ?? '', column: error.body?.column ?? '', detail: inWords(error.body?.detail ?? '') };
  return key in WORDS[state.language] ? t(key, values) : t('trouble.other', { detail: error.message });
}

// What the query language says of a search that is none: its sentences are few and fixed.
const SENTENCES = [[/^there is no field (.*); the fields are (.*)$/, 'il n’y a pas de champ « $1 » ; les champs sont $2'], [/^(.*) is not a time$/, '« $1 » n’est pas une heure'], [/^(.*) is not a number$/, '« $1 » n’est pas un nombre'], [/^unexpected (.*)$/, '« $1 » n’est pas attendu ici'], [/^\) is missing$/, 'il manque une parenthèse fermante'], [/^\] is missing$/, 'il manque un crochet fermant'], [/^something is missing here$/, 'il manque quelque chose ici'], [/^a value is missing$/, 'il manque une valeur'], [/^the closing " is missing$/, 'il manque le guillemet fermant'], [/^a range is \[from TO to\]$/, 'un intervalle s’écrit [de TO à]'], [/^more than (\d+) terms$/, 'plus de $1 termes']];
function inWords(detail) {
  const plain = detail.replace(/ \(column \d+\)$/, '');
  if (state.language !== 'fr') return plain;
  for (const [form, text] of SENTENCES) if (form.test(plain)) return plain.replace(form, text);
  return plain;
}
