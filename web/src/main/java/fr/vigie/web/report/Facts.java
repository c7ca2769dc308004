package fr.vigie.web.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * Everything a report is made from, as it stood at one moment.
 *
 * @param site name of the site
 * @param zone the site's time zone
 * @param siteFile whether a site file says what is expected
 * @param from capture time of the first packet, ns
 * @param to capture time of the last packet, ns
 * @param assets devices, in the shape of {@code assets.ndjson}
 * @param alerts alerts, in the shape of {@code alerts.ndjson}, triage folded in
 * @param flows who talked to whom
 * @param acts how many acts of each verb were seen
 * @param defaultCommunities SNMP servers that were addressed with a known default community
 * @param timeSources servers that set or served the time
 * @param rules detections that were judging
 * @param learning detections that were learning and stayed silent
 * @param capture what was captured, and what was not
 * @param journalHead SHA-256 of the last line of the journal, or empty where there is none
 */
public record Facts(String site, ZoneId zone, boolean siteFile, long from, long to, List<ObjectNode> assets, List<ObjectNode> alerts,
    List<Flow> flows, SortedMap<String, Long> acts, SortedSet<String> defaultCommunities, SortedSet<String> timeSources,
    SortedSet<String> rules, SortedSet<String> learning, Capture capture, String journalHead) {

  /**
   * One client spoke one protocol to one server.
   *
   * @param client text of the client's address
   * @param server text of the server's address
   * @param protocol protocol name
   * @param port server port, or 0
   * @param packets packets both ways
   * @param twoWay whether packets of both directions were seen
   * @param group whether the server is a group address
   * @param outside whether either side is a public address
   */
  public record Flow(String client, String server, String protocol, int port, long packets, boolean twoWay, boolean group, boolean outside) {}

  /**
   * What was captured.
   *
   * @param packets packets read
   * @param bytes octets on the wire
   * @param vlans VLANs seen
   * @param vlansMissing VLANs that the site expects and that were not seen
   * @param losses packets or messages lost or refused, by cause
   * @param cut packets that the capture cut short
   * @param sources files or interfaces: name to SHA-256, empty when live
   */
  public record Capture(long packets, long bytes, SortedSet<Integer> vlans, SortedSet<Integer> vlansMissing, SortedMap<String, Long> losses,
      long cut, Map<String, String> sources) {
    /** What is told of tables that were full: no packets, and no part of {@link #lost}. */
    public static final String TABLES = "tables.";

    /** Packets and messages lost or refused in all. */
    public long lost() {
      return losses.entrySet().stream().filter(l -> !l.getKey().startsWith(TABLES)).mapToLong(Map.Entry::getValue).sum();
    }
  }

  /**
   * How many pairs talk, of those that mean to hear an answer.
   *
   * @param all flows of more than two packets to one receiver
   * @param oneWay those of them that were seen in one direction only
   */
  public record Dialogues(long all, long oneWay) {}
}
