package fr.vigie.sensor.flow;

import fr.vigie.sensor.observe.Contact;
import fr.vigie.sensor.observe.Endpoint;
import java.util.Arrays;
import java.util.List;

/** The running account of one contact: client, server, server port, protocol. */
final class Talk extends Timer {
  private static final int MOST_OPERATIONS = 64;

  private final Talks talks;
  final Endpoint client;
  final Endpoint server;
  final String protocol;
  final String transport;
  final int port;
  final long hash;
  /** Order of birth, for the end of the capture. */
  final long birth;

  long first;
  long last;
  long packetsOut;
  long bytesOut;
  long packetsBack;
  long bytesBack;
  int firstOrigin;
  long firstPacket;
  int origin;
  long packet;
  Contact.Answer answer = Contact.Answer.PENDING;
  boolean opened;
  boolean closed;
  /** Packets at the last report. */
  long told;
  /** The last two operations: a request and the next are mostly alike. */
  private String latest = "";

  private String before = "";
  private String[] operations = {};
  private List<String> list = List.of();

  Talk(Talks talks, Endpoint client, Endpoint server, String protocol, String transport, int port, long hash, long birth) {
    this.talks = talks;
    this.client = client;
    this.server = server;
    this.protocol = protocol;
    this.transport = transport;
    this.port = port;
    this.hash = hash;
    this.birth = birth;
  }

  @SuppressWarnings("ReferenceEquality") // operations are constants: the same one is the same text, and another one is compared below
  void operation(String name) {
    if (name == latest || name == before) {
      return;
    }
    before = latest;
    latest = name;
    for (String known : operations) {
      if (known == name) {
        return;
      }
    }
    for (String known : operations) {
      if (known.equals(name)) {
        return;
      }
    }
    if (operations.length < MOST_OPERATIONS) {
      operations = Arrays.copyOf(operations, operations.length + 1);
      operations[operations.length - 1] = name;
      list = List.of(operations);
    }
  }

  List<String> operations() {
    return list;
  }

  @Override
  void fire(long at) {
    talks.due(this, at);
  }
}
