package fr.vigie.web.exchange;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Where what a table says becomes decisions of a person: the estate of a running Vigie, or the journal of one that rests. */
public interface Ballot {
  /** Every device, with what people decided. */
  Devices devices();

  /** What imports there were. */
  Imported imported();

  /** Rises with every decision of anybody. */
  long moment();

  /** Number of the journal's next entry: what names an import. */
  long next();

  /**
   * Takes decisions about devices as one act: of all of them it is in the journal when this returns, or of none.
   *
   * @param said one a device: {@code id}, and what is decided
   * @param asOf the {@link #moment} that they were made up for
   * @return false where somebody has decided something since, or a device has gone: then nothing was taken
   */
  boolean take(String who, String kind, List<ObjectNode> said, long asOf) throws IOException;

  /** Of what an import said and nobody has said otherwise since: by device, by name, what was said before; the empty text where nobody had said anything. */
  Map<String, Map<String, String>> before(String id);
}
