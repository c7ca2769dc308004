// The first step: loads the console. Where a part of it does not arrive – a server that is just starting, a line that drops – it tries again by itself, and says so.

const AGAIN = 'vigie.again';
const MOST = 5;

try {
  await import('vigie/main.js');
  sessionStorage.removeItem(AGAIN);
} catch (error) {
  const times = Number(sessionStorage.getItem(AGAIN) ?? 0);
  const place = document.getElementById('app');
  const line = document.createElement('p');
  line.className = 'door';
  line.setAttribute('role', 'alert');
  line.textContent = times < MOST ? 'La console n’est pas arrivée en entier : nouvel essai… / The console did not arrive whole: trying again…'
    : `La console n’a pas pu être chargée ; rechargez la page, ou regardez si Vigie fonctionne. / The console could not be loaded; reload the page, or see whether Vigie runs. (${error.message})`;
  place.replaceChildren(line);
  if (times < MOST) {
    sessionStorage.setItem(AGAIN, String(times + 1));
    setTimeout(() => location.reload(), 500 * 2 ** times);
  } else sessionStorage.removeItem(AGAIN);
}
