// Times on screen are in the site's zone; the exact UTC time stands behind each.
import { h } from 'vigie/dom.js';
import { state } from 'vigie/state.js';

function format(iso, options) {
  const date = new Date(iso);
  if (!iso || Number.isNaN(date.getTime())) return '–';
  try {
    return new Intl.DateTimeFormat(state.language === 'fr' ? 'fr-FR' : 'en-GB', { timeZone: state.site.tz || 'UTC', ...options }).format(date);
  } catch {
    return new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options }).format(date);
  }
}

const DAY = { day: '2-digit', month: 'short', year: 'numeric' };
const CLOCK = { hour: '2-digit', minute: '2-digit', second: '2-digit' };

/** Day and time of day. */
export const full = iso => format(iso, { ...DAY, ...CLOCK });
/** Short, for lists. */
export const short = iso => format(iso, { day: '2-digit', month: 'short', hour: '2-digit', minute: '2-digit' });
/** Time of day with seconds. */
export const clock = iso => format(iso, CLOCK);

/** A time element. */
export const when = (iso, text = full) => h('time', { datetime: iso, title: `${iso} UTC`.replace('Z UTC', ' UTC') }, text(iso));

/** A number as the language writes it. */
export const number = n => new Intl.NumberFormat(state.language === 'fr' ? 'fr-FR' : 'en-GB').format(Number(n) || 0);

/** RFC 3339 UTC of what a person typed in site time; empty for nothing. Right also on both sides of a change of clocks. */
export function utcOf(local) {
  if (!local) return '';
  const wanted = Date.parse(`${local}:00Z`.replace(/(:\d\d:\d\d):00Z$/, '$1Z'));
  const offset = at => {
    const parts = Object.fromEntries(new Intl.DateTimeFormat('en-GB', { timeZone: state.site.tz || 'UTC', hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' }).formatToParts(at).map(p => [p.type, p.value]));
    return Date.UTC(parts.year, parts.month - 1, parts.day, parts.hour, parts.minute, parts.second) - at;
  };
  let at = wanted - offset(wanted);
  at = wanted - offset(at);
  return new Date(at).toISOString();
}

/** A day, `2026-12-31`, as the language writes it: a day has no zone. */
export const day = text => /^\d{4}-\d\d-\d\d$/.test(text ?? '') ? new Intl.DateTimeFormat(state.language === 'fr' ? 'fr-FR' : 'en-GB', { timeZone: 'UTC', ...DAY }).format(new Date(`${text}T00:00:00Z`)) : '–';

/** What a person would type for that time in site time: the inverse of `utcOf`. */
export function localOf(iso) {
  const parts = Object.fromEntries(new Intl.DateTimeFormat('en-GB', { timeZone: state.site.tz || 'UTC', hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' }).formatToParts(new Date(iso)).map(p => [p.type, p.value]));
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}`;
}
