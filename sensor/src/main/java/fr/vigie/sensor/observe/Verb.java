package fr.vigie.sensor.observe;

/**
 * What one endpoint did to another: one closed list over all protocols. Which service of which protocol is which verb stands in each
 * dissector, beside the clause.
 */
public enum Verb {
  /** Asks who is there: Who-Is, SEARCH_REQUEST, Report Server ID. */
  DISCOVER,
  /** Announces an identity or a route: I-Am, I-Am-Router-To-Network, gratuitous announcements. */
  ANNOUNCE,
  /** Reads points or a list; told in steps of distinct points (see {@link Act#count}), repeats fold into the contact. */
  READ,
  /** Changes a value. */
  WRITE,
  /** Gives a commanded value back: BACnet write of NULL. */
  RELINQUISH,
  /** Asks for notifications. */
  SUBSCRIBE,
  /** Creates an object. */
  CREATE,
  /** Deletes an object or a table entry. */
  DELETE,
  /** Orders an action that is not a value: PUT-like control, program run, life-safety operation. */
  COMMAND,
  /** Silences a device: DeviceCommunicationControl, Force Listen Only. */
  DISABLE,
  /** Lets a silenced device speak again. */
  ENABLE,
  /** Restarts, resets, backs up or restores. */
  RESTART,
  /** Sets the clock. */
  SET_TIME,
  /** Changes addresses, routing, keys, tables, recipients. */
  CONFIGURE,
  /** Registers with a server: foreign device, tunnelling client. */
  REGISTER,
  /** Opens or closes a session. */
  CONNECT,
  DISCONNECT,
  /** Proves or tries an identity. */
  AUTHENTICATE,
  /** Acknowledges an alarm. */
  ACKNOWLEDGE,
  /** Notifies of an event or alarm. */
  NOTIFY,
  /** Takes a file or program from a device. */
  UPLOAD,
  /** Puts a file or program into a device. */
  DOWNLOAD,
  /** Answers as an infrastructure server: DHCP offer, DNS answer. */
  SERVE,
  /** A request that is none of the above: an HTTP request. */
  REQUEST
}
