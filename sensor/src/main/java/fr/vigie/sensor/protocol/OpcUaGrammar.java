package fr.vigie.sensor.protocol;

import fr.vigie.sensor.wire.Cursor;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of OPC UA's services by the standard's names (OPC 10000-4 chapter 5 for what they are, OPC 10000-6 chapter 5 for how they are encoded), for the transcript. One
 * line a service or structure: its members in wire order, {@code Name:Type}, {@code []} before the type of an array.
 *
 * <p>Tokens, nonces, signatures, user names and passwords are told by their length. A body that does not fit its grammar ends where it stops to fit.
 */
final class OpcUaGrammar {
  private static final String APPLICATION = "ApplicationUri:String ProductUri:String ApplicationName:Text ApplicationType:Enum GatewayServerUri:String DiscoveryProfileUri:String "
      + "DiscoveryUrls:[]String";
  private static final String RESULTS = "Results:[]Status DiagnosticInfos:[]Diagnostics";
  private static final String COUNTS = "RevisedPublishingInterval:Double RevisedLifetimeCount:UInt32 RevisedMaxKeepAliveCount:UInt32";

  /** OPC 10000-4 chapter 7, and what the services of chapter 5 have inside. */
  private static final Map<String, List<Member>> STRUCTURES = new HashMap<>();

  /** By the number of the service's encoding (OPC 10000-6 annex A.3). */
  private static final Map<Integer, List<Member>> SERVICES = new HashMap<>();

  /** What extension objects hold, by the number of their encoding. */
  private static final Map<Integer, List<Member>> EXTENSIONS = new HashMap<>();

  /** Part 6 §5.1.2: how deep values may hold values. */
  private static final int DEEPEST = 8;

  private static final int MOST_OCTETS = 64;

  private record Member(String name, String type, boolean array) {}

  static {
    structure("RequestHeader", "AuthenticationToken:Token Timestamp:Time RequestHandle:UInt32 ReturnDiagnostics:UInt32 AuditEntryId:String TimeoutHint:UInt32 AdditionalHeader:Extension");
    structure("ResponseHeader", "Timestamp:Time RequestHandle:UInt32 ServiceResult:Status ServiceDiagnostics:Diagnostics StringTable:[]String AdditionalHeader:Extension");
    structure("ApplicationDescription", APPLICATION);
    structure("UserTokenPolicy", "PolicyId:String UserTokenType:Enum IssuedTokenType:String IssuerEndpointUrl:String SecurityPolicyUri:String");
    structure("EndpointDescription", "EndpointUrl:String Server:ApplicationDescription ServerCertificate:Bytes MessageSecurityMode:Enum SecurityPolicyUri:String "
        + "UserIdentityTokens:[]UserTokenPolicy TransportProfileUri:String SecurityLevel:Byte");
    structure("SignatureData", "Algorithm:String Signature:Secret");
    structure("SignedSoftwareCertificate", "CertificateData:Bytes Signature:Secret");
    structure("ViewDescription", "ViewId:Node Timestamp:Time ViewVersion:UInt32");
    structure("BrowseDescription", "NodeId:Node BrowseDirection:Enum ReferenceTypeId:Node IncludeSubtypes:Boolean NodeClassMask:UInt32 ResultMask:UInt32");
    structure("BrowseResult", "StatusCode:Status ContinuationPoint:Bytes References:[]ReferenceDescription");
    structure("ReferenceDescription", "ReferenceTypeId:Node IsForward:Boolean NodeId:Node BrowseName:Qualified DisplayName:Text NodeClass:Enum TypeDefinition:Node");
    structure("BrowsePath", "StartingNode:Node Elements:[]RelativePathElement");
    structure("RelativePathElement", "ReferenceTypeId:Node IsInverse:Boolean IncludeSubtypes:Boolean TargetName:Qualified");
    structure("BrowsePathResult", "StatusCode:Status Targets:[]BrowsePathTarget");
    structure("BrowsePathTarget", "TargetId:Node RemainingPathIndex:UInt32");
    structure("ReadValueId", "NodeId:Node AttributeId:UInt32 IndexRange:String DataEncoding:Qualified");
    structure("WriteValue", "NodeId:Node AttributeId:UInt32 IndexRange:String Value:Data");
    structure("CallMethodRequest", "ObjectId:Node MethodId:Node InputArguments:[]Variant");
    structure("CallMethodResult", "StatusCode:Status InputArgumentResults:[]Status InputArgumentDiagnosticInfos:[]Diagnostics OutputArguments:[]Variant");
    structure("MonitoringParameters", "ClientHandle:UInt32 SamplingInterval:Double Filter:Extension QueueSize:UInt32 DiscardOldest:Boolean");
    structure("MonitoredItemCreateRequest", "ItemToMonitor:ReadValueId MonitoringMode:Enum RequestedParameters:MonitoringParameters");
    structure("MonitoredItemCreateResult", "StatusCode:Status MonitoredItemId:UInt32 RevisedSamplingInterval:Double RevisedQueueSize:UInt32 FilterResult:Extension");
    structure("MonitoredItemModifyRequest", "MonitoredItemId:UInt32 RequestedParameters:MonitoringParameters");
    structure("MonitoredItemModifyResult", "StatusCode:Status RevisedSamplingInterval:Double RevisedQueueSize:UInt32 FilterResult:Extension");
    structure("SubscriptionAcknowledgement", "SubscriptionId:UInt32 SequenceNumber:UInt32");
    structure("NotificationMessage", "SequenceNumber:UInt32 PublishTime:Time NotificationData:[]Extension");
    structure("MonitoredItemNotification", "ClientHandle:UInt32 Value:Data");
    structure("EventFieldList", "ClientHandle:UInt32 EventFields:[]Variant");
    structure("TransferResult", "StatusCode:Status AvailableSequenceNumbers:[]UInt32");
    structure("AddNodesItem", "ParentNodeId:Node ReferenceTypeId:Node RequestedNewNodeId:Node BrowseName:Qualified NodeClass:Enum NodeAttributes:Extension TypeDefinition:Node");
    structure("AddNodesResult", "StatusCode:Status AddedNodeId:Node");
    structure("AddReferencesItem", "SourceNodeId:Node ReferenceTypeId:Node IsForward:Boolean TargetServerUri:String TargetNodeId:Node TargetNodeClass:Enum");
    structure("DeleteNodesItem", "NodeId:Node DeleteTargetReferences:Boolean");
    structure("DeleteReferencesItem", "SourceNodeId:Node ReferenceTypeId:Node IsForward:Boolean TargetNodeId:Node DeleteBidirectional:Boolean");
    service(422, "EndpointUrl:String LocaleIds:[]String ServerUris:[]String", "Servers:[]ApplicationDescription");
    service(428, "EndpointUrl:String LocaleIds:[]String ProfileUris:[]String", "Endpoints:[]EndpointDescription");
    service(446, "ClientProtocolVersion:UInt32 SecurityTokenRequestType:Enum MessageSecurityMode:Enum ClientNonce:Secret RequestedLifetime:UInt32",
        "ServerProtocolVersion:UInt32 ChannelId:UInt32 TokenId:UInt32 CreatedAt:Time RevisedLifetime:UInt32 ServerNonce:Secret");
    service(452, "", "");
    service(461, APPLICATION + " ServerUri:String EndpointUrl:String SessionName:String ClientNonce:Secret ClientCertificate:Bytes RequestedSessionTimeout:Double "
        + "MaxResponseMessageSize:UInt32", "SessionId:Node AuthenticationToken:Token RevisedSessionTimeout:Double ServerNonce:Secret ServerCertificate:Bytes "
        + "ServerEndpoints:[]EndpointDescription ServerSoftwareCertificates:[]SignedSoftwareCertificate ServerSignature:SignatureData MaxRequestMessageSize:UInt32");
    service(467, "ClientSignature:SignatureData ClientSoftwareCertificates:[]SignedSoftwareCertificate LocaleIds:[]String UserIdentityToken:Extension UserTokenSignature:SignatureData",
        "ServerNonce:Secret " + RESULTS);
    service(473, "DeleteSubscriptions:Boolean", "");
    service(479, "RequestHandle:UInt32", "CancelCount:UInt32");
    service(488, "NodesToAdd:[]AddNodesItem", "Results:[]AddNodesResult DiagnosticInfos:[]Diagnostics");
    service(494, "ReferencesToAdd:[]AddReferencesItem", RESULTS);
    service(500, "NodesToDelete:[]DeleteNodesItem", RESULTS);
    service(506, "ReferencesToDelete:[]DeleteReferencesItem", RESULTS);
    service(527, "View:ViewDescription RequestedMaxReferencesPerNode:UInt32 NodesToBrowse:[]BrowseDescription", "Results:[]BrowseResult DiagnosticInfos:[]Diagnostics");
    service(533, "ReleaseContinuationPoints:Boolean ContinuationPoints:[]Bytes", "Results:[]BrowseResult DiagnosticInfos:[]Diagnostics");
    service(554, "BrowsePaths:[]BrowsePath", "Results:[]BrowsePathResult DiagnosticInfos:[]Diagnostics");
    service(560, "NodesToRegister:[]Node", "RegisteredNodeIds:[]Node");
    service(566, "NodesToUnregister:[]Node", "");
    service(631, "MaxAge:Double TimestampsToReturn:Enum NodesToRead:[]ReadValueId", "Results:[]Data DiagnosticInfos:[]Diagnostics");
    service(673, "NodesToWrite:[]WriteValue", RESULTS);
    service(712, "MethodsToCall:[]CallMethodRequest", "Results:[]CallMethodResult DiagnosticInfos:[]Diagnostics");
    service(751, "SubscriptionId:UInt32 TimestampsToReturn:Enum ItemsToCreate:[]MonitoredItemCreateRequest", "Results:[]MonitoredItemCreateResult DiagnosticInfos:[]Diagnostics");
    service(763, "SubscriptionId:UInt32 TimestampsToReturn:Enum ItemsToModify:[]MonitoredItemModifyRequest", "Results:[]MonitoredItemModifyResult DiagnosticInfos:[]Diagnostics");
    service(769, "SubscriptionId:UInt32 MonitoringMode:Enum MonitoredItemIds:[]UInt32", RESULTS);
    service(781, "SubscriptionId:UInt32 MonitoredItemIds:[]UInt32", RESULTS);
    service(787, "RequestedPublishingInterval:Double RequestedLifetimeCount:UInt32 RequestedMaxKeepAliveCount:UInt32 MaxNotificationsPerPublish:UInt32 PublishingEnabled:Boolean "
        + "Priority:Byte", "SubscriptionId:UInt32 " + COUNTS);
    service(793, "SubscriptionId:UInt32 RequestedPublishingInterval:Double RequestedLifetimeCount:UInt32 RequestedMaxKeepAliveCount:UInt32 MaxNotificationsPerPublish:UInt32 "
        + "Priority:Byte", COUNTS);
    service(799, "PublishingEnabled:Boolean SubscriptionIds:[]UInt32", RESULTS);
    service(826, "SubscriptionAcknowledgements:[]SubscriptionAcknowledgement", "SubscriptionId:UInt32 AvailableSequenceNumbers:[]UInt32 MoreNotifications:Boolean "
        + "NotificationMessage:NotificationMessage " + RESULTS);
    service(832, "SubscriptionId:UInt32 RetransmitSequenceNumber:UInt32", "NotificationMessage:NotificationMessage");
    service(841, "SubscriptionIds:[]UInt32 SendInitialValues:Boolean", "Results:[]TransferResult DiagnosticInfos:[]Diagnostics");
    service(847, "SubscriptionIds:[]UInt32", RESULTS);
    EXTENSIONS.put(321, members("PolicyId:String"));
    EXTENSIONS.put(324, members("PolicyId:String UserName:Secret Password:Secret EncryptionAlgorithm:String"));
    EXTENSIONS.put(327, members("PolicyId:String CertificateData:Bytes"));
    EXTENSIONS.put(940, members("PolicyId:String TokenData:Secret EncryptionAlgorithm:String"));
    EXTENSIONS.put(811, members("MonitoredItems:[]MonitoredItemNotification DiagnosticInfos:[]Diagnostics"));
    EXTENSIONS.put(820, members("Status:Status DiagnosticInfo:Diagnostics"));
    EXTENSIONS.put(916, members("Events:[]EventFieldList"));
  }

  private final Cursor m;
  private final Transcript t;

  private OpcUaGrammar(Cursor m, Transcript t) {
    this.m = m;
    this.t = t;
  }

  private static void structure(String name, String members) {
    STRUCTURES.put(name, members(members));
  }

  private static void service(int id, String request, String response) {
    SERVICES.put(id, members("RequestHeader:RequestHeader " + request));
    SERVICES.put(id + 3, members("ResponseHeader:ResponseHeader " + response));
  }

  private static List<Member> members(String text) {
    List<Member> all = new ArrayList<>();
    for (String member : text.strip().split(" ")) {
      String name = member.substring(0, member.indexOf(':'));
      String type = member.substring(name.length() + 1);
      boolean array = type.startsWith("[]");
      all.add(new Member(Character.toLowerCase(name.charAt(0)) + name.substring(1), array ? type.substring(2) : type, array));
    }
    return all;
  }

  /** Tells the body of a service, which begins where the cursor stands and stays unread; what is no service with a grammar has its header told. */
  static void tell(Cursor body, Transcript t, int id, boolean answers) {
    List<Member> known = SERVICES.get(id);
    OpcUaGrammar grammar = new OpcUaGrammar(new Cursor().rest(body), t);
    grammar.structure(known != null ? known : members(answers ? "ResponseHeader:ResponseHeader" : "RequestHeader:RequestHeader"), 0);
  }

  private void structure(List<Member> members, int depth) {
    for (Member member : members) {
      if (!m.ok()) {
        return;
      }
      if (member.array()) {
        array(member, depth);
      } else {
        value(member.name(), member.type(), depth);
      }
    }
  }

  /** Part 6 §5.2.5: a count of 32 bits, −1 for none. */
  private void array(Member member, int depth) {
    int count = (int) m.u32le();
    if (m.ok()) {
      t.field("arraySize", count);
    }
    for (int i = 0; i < count && m.ok(); i++) {
      value(member.name(), member.type(), depth);
    }
  }

  private void value(String name, String type, int depth) {
    List<Member> structure = STRUCTURES.get(type);
    if (structure != null) {
      t.begin(name);
      structure(structure, depth);
      t.close();
      return;
    }
    switch (type) {
      case "Boolean" -> field(name, m.u8() != 0);
      case "Byte" -> field(name, m.u8());
      case "UInt32", "Enum", "Status" -> field(name, m.u32le());
      case "Double" -> field(name, Double.longBitsToDouble(Long.reverseBytes(m.u64())));
      case "Time" -> time(name);
      case "String" -> string(name);
      case "Bytes" -> bytes(name);
      case "Secret" -> secret(name);
      case "Token" -> token(name);
      case "Node" -> node(name);
      case "Qualified" -> {
        field("namespaceIndex", m.u16le());
        string("name");
      }
      case "Text" -> {
        int mask = m.u8();
        if ((mask & 1) != 0) {
          string("locale");
        }
        if ((mask & 2) != 0) {
          string("text");
        }
      }
      case "Extension" -> extension(name, depth);
      case "Variant" -> variant(depth);
      case "Data" -> data(depth);
      default -> diagnostics(depth);
    }
  }

  private void field(String name, long value) {
    if (m.ok()) {
      t.field(name, value);
    }
  }

  private void field(String name, boolean value) {
    if (m.ok()) {
      t.field(name, value);
    }
  }

  private void field(String name, double value) {
    if (m.ok()) {
      t.field(name, value);
    }
  }

  /** Part 6 §5.2.2.5: steps of 100 ns since 1601; 0 is no time. */
  private void time(String name) {
    long ticks = Long.reverseBytes(m.u64());
    if (m.ok() && ticks > 0) {
      t.field(name, Instant.ofEpochSecond(ticks / 10_000_000 - 11_644_473_600L, ticks % 10_000_000 * 100).toString());
    }
  }

  private void string(String name) {
    int octets = (int) m.u32le();
    if (octets >= 0 && m.ok() && octets <= m.remaining()) {
      t.field(name, m.text(octets));
    } else {
      m.skip(Math.max(0, octets));
    }
  }

  private void bytes(String name) {
    int octets = (int) m.u32le();
    if (octets > 0 && m.ok() && octets <= m.remaining()) {
      t.octets(name, m, octets);
    }
    m.skip(Math.max(0, octets));
  }

  private void secret(String name) {
    int octets = (int) m.u32le();
    if (octets > 0 && m.ok()) {
      t.secret(name, octets);
    }
    m.skip(Math.max(0, octets));
  }

  /** Who holds a session's token holds the session: only that of nobody is told. */
  private void token(String name) {
    int at = m.position();
    String node = nodeText();
    if (m.ok() && node != null) {
      if (node.equals("i=0")) {
        t.field(name, node);
      } else {
        t.secret(name, m.position() - at);
      }
    }
  }

  private int node(String name) {
    int at = m.position();
    String node = nodeText();
    if (!m.ok() || node == null) {
      return -1;
    }
    t.field(name, node);
    int form = m.at(at) & 0x3F;
    boolean standard = form == 0 || !node.startsWith("ns=");
    return standard && node.startsWith("i=") ? Integer.parseUnsignedInt(node.substring(2)) : -1;
  }

  /** Part 6 §5.2.2.9 and 5.2.2.10 as §5.3.1.10 writes it; the server's number of a foreign node is passed over. */
  private @Nullable String nodeText() {
    int form = m.u8();
    String text = switch (form & 0x3F) {
      case 0 -> "i=" + m.u8();
      case 1 -> OpcUaTypes.space(m.u8()) + "i=" + m.u16le();
      case 2 -> OpcUaTypes.space(m.u16le()) + "i=" + m.u32le();
      case 3 -> OpcUaTypes.space(m.u16le()) + "s=" + text();
      case 4 -> OpcUaTypes.space(m.u16le()) + "g=" + HexFormat.of().formatHex(m.bytes(16));
      case 5 -> OpcUaTypes.space(m.u16le()) + "b=" + hex();
      default -> null;
    };
    if (text == null) {
      m.fail();
    }
    if ((form & 0x80) != 0) {
      text = "nsu=" + text() + ";" + text;
    }
    if ((form & 0x40) != 0) {
      m.skip(4);
    }
    return text;
  }

  private String text() {
    int octets = (int) m.u32le();
    if (octets > m.remaining()) {
      m.fail();
    }
    return octets > 0 && m.ok() ? m.text(octets) : "";
  }

  private String hex() {
    int octets = (int) m.u32le();
    if (octets > m.remaining()) {
      m.fail();
    }
    return octets > 0 && m.ok() ? HexFormat.of().formatHex(m.bytes(octets)) : "";
  }

  /** Part 6 §5.2.2.15: {@code | type NodeId | 0 nothing, 1 octets, 2 XML u8 | length u32, body |}. */
  private void extension(String name, int depth) {
    t.begin(name);
    int type = node("typeId");
    if (m.u8() != 0 && m.ok()) {
      int octets = (int) m.u32le();
      long outer = m.enter(Math.max(0, octets));
      List<Member> known = EXTENSIONS.get(type);
      if (m.ok() && known != null && depth < DEEPEST) {
        structure(known, depth + 1);
      } else if (m.ok()) {
        t.octets("body", m, Math.min(octets, MOST_OCTETS));
      }
      m.leave(outer);
    }
    t.close();
  }

  /** Part 6 §5.2.2.17. */
  private void data(int depth) {
    int mask = m.u8();
    if ((mask & 1) != 0) {
      variant(depth);
    }
    if ((mask & 2) != 0) {
      field("statusCode", m.u32le());
    }
    if ((mask & 4) != 0) {
      time("sourceTimestamp");
    }
    if ((mask & 16) != 0) {
      field("sourcePicoseconds", m.u16le());
    }
    if ((mask & 8) != 0) {
      time("serverTimestamp");
    }
    if ((mask & 32) != 0) {
      field("serverPicoseconds", m.u16le());
    }
  }

  /** Part 6 §5.2.2.16: type in six bits, 0x80 an array, 0x40 its dimensions. */
  private void variant(int depth) {
    int encoding = m.u8();
    if (depth > DEEPEST) {
      m.fail();
    }
    field("variantType", encoding);
    int type = encoding & 0x3F;
    if ((encoding & 0x80) == 0) {
      scalar(type, depth);
      return;
    }
    int count = (int) m.u32le();
    field("arraySize", count);
    if (type == 0 && count > 0) {
      m.fail();
    }
    for (int i = 0; i < count && m.ok(); i++) {
      scalar(type, depth);
    }
    if ((encoding & 0x40) != 0) {
      int dimensions = (int) m.u32le();
      field("arraySize", dimensions);
      for (int i = 0; i < dimensions && m.ok(); i++) {
        field("arrayDimension", m.u32le());
      }
    }
  }

  /** Part 6 table 1. */
  private void scalar(int type, int depth) {
    switch (type) {
      case 0 -> {
        // nothing
      }
      case 1 -> field("boolean", m.u8() != 0);
      case 2 -> field("sByte", (byte) m.u8());
      case 3 -> field("byte", m.u8());
      case 4 -> field("int16", (short) m.u16le());
      case 5 -> field("uInt16", m.u16le());
      case 6 -> field("int32", (int) m.u32le());
      case 7 -> field("uInt32", m.u32le());
      case 8 -> field("int64", Long.reverseBytes(m.u64()));
      case 9 -> {
        String number = Long.toUnsignedString(Long.reverseBytes(m.u64()));
        if (m.ok()) {
          t.field("uInt64", number);
        }
      }
      case 10 -> field("float", Double.parseDouble(Float.toString(Float.intBitsToFloat((int) m.u32le()))));
      case 11 -> field("double", Double.longBitsToDouble(Long.reverseBytes(m.u64())));
      case 12 -> string("string");
      case 13 -> time("dateTime");
      case 14 -> {
        t.octets("guid", m, 16);
        m.skip(16);
      }
      case 15 -> bytes("byteString");
      case 16 -> string("xmlElement");
      case 17, 18 -> node("nodeId");
      case 19 -> field("statusCode", m.u32le());
      case 20 -> value("qualifiedName", "Qualified", depth);
      case 21 -> value("localizedText", "Text", depth);
      case 22 -> extension("extensionObject", depth + 1);
      case 23 -> data(depth + 1);
      case 24 -> variant(depth + 1);
      case 25 -> diagnostics(depth + 1);
      default -> m.fail();
    }
  }

  /** Part 6 §5.2.2.12. */
  private void diagnostics(int depth) {
    int mask = m.u8();
    String[] names = {"symbolicId", "namespaceUri", "localizedText", "locale"};
    for (int i = 0; i < names.length; i++) {
      // the order on the wire is symbol, namespace, locale, text
      int bit = i < 2 ? i : 5 - i;
      if ((mask >>> bit & 1) != 0) {
        field(names[bit], (int) m.u32le());
      }
    }
    if ((mask & 0x10) != 0) {
      string("additionalInfo");
    }
    if ((mask & 0x20) != 0) {
      field("innerStatusCode", m.u32le());
    }
    if ((mask & 0x40) != 0) {
      if (depth > DEEPEST) {
        m.fail();
      } else {
        diagnostics(depth + 1);
      }
    }
  }
}
