package fr.vigie.web.access;

/**
 * One person's stay at the console.
 *
 * @param user whose it is; role and state are looked up at every request, never kept here
 * @param csrf what every request that changes something must repeat in {@code X-Vigie-Csrf}
 * @param opened milliseconds since the epoch
 * @param number a small number that names the session in the journal without helping to take it over
 */
public record Session(String user, String csrf, long opened, long number) {
  @Override
  public String toString() {
    return "session " + number + " of " + user;
  }
}
