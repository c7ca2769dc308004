package fr.vigie.sensor.protocol;

import java.util.List;

class RtcpTest extends DissectorContract {
  private static final String REPORT = "80c80006 deadbeef 0000000000000000 00000010 00000001 00000005";

  @Override
  protected Dissector dissector() {
    return new Rtcp();
  }

  /** A compound cut between two of its packets is a compound. */
  @Override
  protected boolean provesLength() {
    return false;
  }

  @Override
  protected List<Message> messages() {
    return List.of(Message.request("sender-report-and-description", 5005, 5007, REPORT + "81ca0005 deadbeef 0104" + Message.ascii("cam1") + "0606"
            + Message.ascii("live 5") + "0000"),
        Message.request("receiver-report", 5007, 5005, "81c90007 00000001 deadbeef 00000000 00000001 00000000 00000000 00000000"),
        Message.request("report-and-bye", 5005, 5007, REPORT + "81cb0001 deadbeef"));
  }
}
