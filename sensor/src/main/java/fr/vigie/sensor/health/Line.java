package fr.vigie.sensor.health;

/**
 * The account of one interface and one VLAN on it. The totals only grow; a window is the difference to what they were when it opened. One
 * thread counts.
 */
final class Line {
  final int number;
  final int origin;
  /** VLAN identifier, or -1 for frames without a tag. */
  final int vlan;
  final long first;
  /** Time and index of the last packet. */
  long last;

  long packet;
  long packets;
  long bytes;
  /** Frames to group addresses. */
  long group;
  /** Frames of IP to one receiver. */
  long direct;
  /** Frames seen before from elsewhere. */
  long copies;
  /** Frames captured in part. */
  long cut;
  /** TCP frames longer than a wire carries. */
  long merged;
  /** The longest frame, and the most captured of one that was cut; octets. */
  int longest;

  int snap;
  /** ARP requests. */
  long asked;

  /** Dialogues of this window: seen both ways, and proved but seen one way. */
  long answered;

  long oneWay;
  /** Addresses heard here, and addresses that ARP names here. */
  final Crowd heard = new Crowd();

  final Crowd named = new Crowd();

  /** What the totals were when the window opened. */
  long packetsBefore;

  long groupBefore;
  long directBefore;
  long cutBefore;
  long mergedBefore;
  long askedBefore;

  /** What the totals were when the present bin of the picture opened. */
  long packetsDrawn;

  long bytesDrawn;
  final long[] packetsByBin = new long[Picture.BINS];
  final long[] bytesByBin = new long[Picture.BINS];

  /** What the totals were when the minute opened. */
  long packetsInMinute;
  /** Active minutes of the interface when this line was first and last heard, and the longest of them in between without it. */
  long activeFirst;

  long activeLast;
  long longestPause;
  /** Days since the start on which it was heard, the last of them, and how many days the interface had been active by then. */
  int days;

  long lastDay = -1;
  int daysOfPort;
  /** Whether it was told that nothing but requests comes from it. */
  boolean arpOnly;

  /** Whether it was told to be silent and has not been heard since. */
  boolean fellSilent;

  Line(int number, int origin, int vlan, long at) {
    this.number = number;
    this.origin = origin;
    this.vlan = vlan;
    first = at;
    last = at;
  }

  /** Opens a window. */
  void open() {
    packetsBefore = packets;
    groupBefore = group;
    directBefore = direct;
    cutBefore = cut;
    mergedBefore = merged;
    askedBefore = asked;
    answered = 0;
    oneWay = 0;
  }
}
