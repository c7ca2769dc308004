package fr.vigie.rules.session;

/**
 * What is wrong with a policy file.
 *
 * @param file file name, or path below the policy folder
 * @param line line from 1, or 0 where it concerns the file as a whole
 * @param message one sentence: what is wrong and what to do
 */
public record Finding(String file, int line, String message) {
  @Override
  public String toString() {
    return file + (line > 0 ? ":" + line : "") + ": " + message;
  }
}
