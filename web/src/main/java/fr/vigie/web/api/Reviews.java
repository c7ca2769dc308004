package fr.vigie.web.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What people decide of devices, one or many, and what devices were: reviews, values by hand, campaigns, the inventory of a date. Every
 * decision is in the journal when its method returns; the machine overrules none. Safe for use by several threads; may block on the disk.
 */
public interface Reviews {
  /** Most devices that one decision, or one campaign, can be about. */
  int MOST = 10_000;

  /** Most devices that can be named one by one. */
  int NAMED = 500;

  /**
   * Which devices are meant.
   *
   * @param ids named one by one, empty where the search counts
   * @param search all that it finds, or null
   */
  record Selection(List<String> ids, @Nullable Search search) {
    public Selection {
      ids = List.copyOf(ids);
    }
  }

  /**
   * What somebody decides of a device.
   *
   * @param who the user's name
   * @param state {@code to-review}, {@code approved}, {@code refused}, {@code to-decommission}, or empty to leave it
   * @param owner who answers for it, empty to take that back, null to leave it
   * @param due the day until which it is to be done, {@code 2026-12-31}, empty to take it back, null to leave it
   * @param comment words, or empty
   */
  record Verdict(String who, String state, @Nullable String owner, @Nullable String due, String comment) {}

  /** Of how many devices a decision would be: {@code {count, most, states{state: count}, sample[device]}}. */
  ObjectNode preview(Selection selection) throws IOException, Estate.BadSearch;

  /**
   * Takes one decision about all devices of a selection, as one act.
   *
   * @param expected how many the person was shown, or -1 for what cannot differ
   * @return of how many devices it was, or -1 where there are by now others than {@code expected}: then nothing was decided
   */
  int review(Selection selection, Verdict verdict, int expected) throws IOException, Estate.BadSearch;

  /**
   * Gives a device values by hand; the machine's stand beside them.
   *
   * @param values by name; the empty text takes one back
   * @return the device as it now is, or null where there is none
   */
  @Nullable ObjectNode values(String id, String who, Map<String, String> values, String comment) throws IOException;

  /** What changed of a device since somebody last said what it is, or null where there is no such device. */
  @Nullable ObjectNode changes(String id) throws IOException;

  /** Every campaign, the open ones first, and how many devices are past their own day: {@code {items[], late}}. */
  ObjectNode campaigns() throws IOException;

  /** One campaign with the devices that are left, or null. */
  @Nullable ObjectNode campaign(String id) throws IOException;

  /**
   * Opens a campaign over the devices that a selection has now.
   *
   * @param due the last day, {@code 2026-12-31}
   * @param reviewers names of users
   * @return the campaign, or null where the selection is empty
   */
  @Nullable ObjectNode openCampaign(String who, String name, Selection selection, String due, List<String> reviewers) throws IOException, Estate.BadSearch;

  /** Closes a campaign before it is done; null where there is no such open campaign. */
  @Nullable ObjectNode closeCampaign(String id, String who, String comment) throws IOException;

  /**
   * The inventory as it was: {@code {at, begin, now, total, items[]}}.
   *
   * @param at capture time, ns UTC
   * @param words words that a device must have somewhere in its picture, blank for all
   */
  ObjectNode past(long at, String words, int offset, int limit);

  /** How two moments differ: {@code {from, to, begin, now, arrived, silent, returned, swapped, changed, merged, apart}}, each with its total. */
  ObjectNode between(long from, long to);

  /**
   * Devices that may be one, and devices that may be several, with the evidence; and what people decided of that so far: {@code
   * {proposals[], done[]}}.
   */
  ObjectNode identity() throws IOException;

  /**
   * Makes one device of two: {@code {before[], after[], seq}}, documents as the machine has them.
   *
   * @param preview whether only to say what the result would be; then {@code seq} is null
   * @return null where one of them is not there or both are one already
   */
  @Nullable ObjectNode merge(String id, String other, String who, String comment, boolean preview) throws IOException;

  /**
   * Makes two devices of one.
   *
   * @param keys identity keys of the addresses that leave, as {@code addresses[].key} names them
   * @return the same; null where there is no such device, or nothing would leave or stay
   */
  @Nullable ObjectNode split(String id, List<String> keys, String who, String comment, boolean preview) throws IOException;

  /** Takes a merge or a split back: the evidence has its say again. False where there is none under that number, or it was taken back. */
  boolean undo(long seq, String who, String comment) throws IOException;
}
