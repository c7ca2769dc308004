package fr.vigie.sensor.protocol;

/**
 * One protocol's entry in {@code docs/protocols.md}, in the protocol's own file so that both change together. Plain sentences without a
 * final stop.
 *
 * @param title the protocol as the field writes it, with its versions; dissectors of one protocol share it
 * @param standard standard, edition and clauses; or that there is no public one, and what stands in for it
 * @param reads what is read
 * @param unread what is not, secrets included
 * @param truth by what captures or programs of others it is checked
 */
public record Sheet(String title, String standard, String reads, String unread, String truth) {
  public Sheet {
    for (String text : new String[] {title, standard, reads, unread, truth}) {
      if (text.isBlank() || text.indexOf('|') >= 0 || text.indexOf('\n') >= 0) {
        throw new IllegalArgumentException("a sheet's texts are cells of a table: " + text);
      }
    }
  }
}
