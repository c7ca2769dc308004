package fr.vigie.sensor.protocol;

import static fr.vigie.sensor.protocol.MessagesTsharkTest.each;
import static fr.vigie.sensor.protocol.MessagesTsharkTest.number;

import fr.vigie.sensor.protocol.TranscriptKeeper.Frame;
import fr.vigie.sensor.protocol.TsharkAgreement.Column;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is compared of MMS and GOOSE: every name that tshark shows. A list is compared by how many items it has, a choice by the number of its alternative, bits by their octets,
 * floating-point numbers by their encoding.
 */
final class Iec61850Columns {
  /** The alternatives of Data by their tags. */
  private static final Map<String, Integer> DATA = Map.ofEntries(Map.entry("array", 1), Map.entry("structure", 2), Map.entry("boolean", 3), Map.entry("bit-string", 4), Map.entry("integer", 5),
      Map.entry("unsigned", 6), Map.entry("floating-point", 7), Map.entry("real", 8), Map.entry("octet-string", 9), Map.entry("visible-string", 10), Map.entry("generalized-time", 11),
      Map.entry("binary-time", 12), Map.entry("bcd", 13), Map.entry("booleanArray", 14), Map.entry("objId", 15), Map.entry("mMSString", 16), Map.entry("utc-time", 17), Map.entry("typeName", 0));

  /** What holds a type and no value. */
  private static final Set<String> TYPES = Set.of("typeSpecification", "componentType", "elementType");

  private static final List<String> OBJECT_NAME = List.of("vmd-specific", "domain-specific", "aa-specific");

  /** A field or a group of a transcript. */
  private static final class Node {
    final String name;
    final String value;
    final List<Node> children = new ArrayList<>();

    Node(String name, String value) {
      this.name = name;
      this.value = value;
    }
  }

  private Iec61850Columns() {}

  /** All fields and groups in wire order, each with the name of what holds it. */
  private static List<Map.Entry<String, Node>> nodes(Frame frame) {
    List<Map.Entry<String, Node>> all = new ArrayList<>();
    Deque<Node> open = new ArrayDeque<>(List.of(new Node("", "")));
    for (String[] field : frame.fields) {
      if (field[0].equals("close")) {
        open.pop();
        continue;
      }
      boolean group = field[0].equals("begin");
      Node node = new Node(group ? field[1] : field[0], group ? "" : field[1]);
      open.peek().children.add(node);
      all.add(Map.entry(open.peek().name, node));
      if (group) {
        open.push(node);
      }
    }
    return all;
  }

  private static Stream<Node> named(Frame frame, String name) {
    return nodes(frame).stream().map(Map.Entry::getValue).filter(n -> n.name.equals(name));
  }

  private static String joined(Stream<?> values) {
    return values.map(Object::toString).collect(Collectors.joining(";"));
  }

  /** Which alternative each choice of this name is: its place, which is its tag where the choice has tags from 0 on. */
  private static Column choice(String name, String ours, List<String> alternatives) {
    return new Column(name, f -> joined(named(f, ours).filter(n -> !n.children.isEmpty()).map(n -> alternatives.indexOf(n.children.getFirst().name)).filter(i -> i >= 0)), t -> t);
  }

  private static Column choice(String name, List<String> alternatives) {
    return choice(name, name.substring(name.indexOf('.') + 1), alternatives);
  }

  /** How many items the lists of this name have. */
  private static Column count(String name, String ours) {
    return new Column(name, f -> joined(named(f, ours).filter(n -> n.value.isEmpty() && n.children.stream().noneMatch(c -> c.name.matches("components|packed|numberOfElements")))
        .map(n -> n.children.stream().filter(c -> !c.name.equals("timeQuality")).count())), t -> t);
  }

  private static Column count(String name) {
    return count(name, name.substring(name.indexOf('.') + 1));
  }

  /** Values, not types, or types and not values. */
  private static Column told(String name, String ours, boolean type) {
    return new Column(name, f -> TsharkAgreement.plain(joined(nodes(f).stream().filter(e -> TYPES.contains(e.getKey()) == type && e.getValue().name.equals(ours)).map(e -> e.getValue().value)
        .filter(v -> !v.equals("NULL")))), TsharkAgreement::plain);
  }

  /** Digits of bits as the octets that hold them. */
  private static String octets(String bits) {
    if (!bits.matches("[01]*")) {
      return bits;
    }
    byte[] octets = new byte[(bits.length() + 7) / 8];
    for (int i = 0; i < bits.length(); i++) {
      octets[i / 8] |= (byte) (bits.charAt(i) == '1' ? 0x80 >>> i % 8 : 0);
    }
    return HexFormat.of().formatHex(octets);
  }

  private static Column bits(String name, String ours) {
    return new Column(name, f -> joined(nodes(f).stream().filter(e -> !TYPES.contains(e.getKey()) && e.getValue().name.equals(ours)).map(e -> octets(e.getValue().value))),
        t -> t.replace(":", ""));
  }

  private static Column time(String name, String ours) {
    return new Column(name, f -> joined(nodes(f).stream().filter(e -> !TYPES.contains(e.getKey()) && e.getValue().name.equals(ours)).map(e -> e.getValue().value)
        .map(v -> v.contains("T") ? Instant.parse(v).truncatedTo(ChronoUnit.MICROS).toString() : v)), each(MessagesTsharkTest::instant));
  }

  /** Numbers with a point as they are encoded: eight bits of exponent and single precision. */
  private static Column floating(String name) {
    return new Column(name, f -> joined(named(f, "floating-point").filter(n -> n.children.isEmpty()).map(n -> "08%08x".formatted(Float.floatToRawIntBits(Float.parseFloat(n.value))))),
        t -> t.replace(":", ""));
  }

  /** Which alternative each Data is that stands in a list. */
  private static Column data(String name, Set<String> holders) {
    Predicate<Map.Entry<String, Node>> held = e -> holders.contains(e.getKey()) && DATA.containsKey(e.getValue().name);
    return new Column(name, f -> joined(nodes(f).stream().filter(held).map(e -> DATA.get(e.getValue().name))), t -> t);
  }

  /** Which type stands in each group of this name; tshark 4.0.17 knows no type of floating-point numbers, and none of IEC 61850's times. */
  private static Column type(String name) {
    return new Column(name, f -> joined(named(f, name.substring(4)).map(n -> DATA.get(n.children.getFirst().name)).filter(n -> n != null && n != 7 && n != 17)), t -> t);
  }

  static TsharkAgreement mms() {
    List<String> specification = List.of("listOfVariable", "variableListName");
    return new TsharkAgreement("mms", "mms", List.of(number("mms.confirmedServiceRequest", "confirmedServiceRequest"), number("mms.confirmedServiceResponse", "confirmedServiceResponse"),
        new Column("mms.domainId", "domainId"), new Column("mms.itemId", "itemId"), new Column("mms.Identifier", "identifier"), new Column("mms.componentName", "componentName")))
        .also("mms.invokeID invokeID", "mms.moreFollows moreFollows", "mms.mmsDeletable mmsDeletable", "mms.specificationWithResult specificationWithResult", "mms.objectClass objectClass",
            "mms.domainSpecific domainSpecific", "mms.vmd_specific vmd-specific", "mms.aa_specific aa-specific", "mms.getNameList-Request_continueAfter continueAfter",
            "mms.localDetailCalling localDetailCalling", "mms.localDetailCalled localDetailCalled", "mms.proposedMaxServOutstandingCalling proposedMaxServOutstandingCalling",
            "mms.proposedMaxServOutstandingCalled proposedMaxServOutstandingCalled", "mms.proposedDataStructureNestingLevel proposedDataStructureNestingLevel",
            "mms.proposedVersionNumber proposedVersionNumber", "mms.negociatedMaxServOutstandingCalling negotiatedMaxServOutstandingCalling",
            "mms.negociatedMaxServOutstandingCalled negotiatedMaxServOutstandingCalled", "mms.negociatedDataStructureNestingLevel negotiatedDataStructureNestingLevel",
            "mms.negociatedVersionNumber negotiatedVersionNumber", "mms.vendorName vendorName", "mms.modelName modelName", "mms.revision revision", "mms.failure failure",
            "mms.programInvocationName programInvocationName", "mms.domainName domainName", "mms.sharable sharable", "mms.deleteProgramInvocation deleteProgramInvocation",
            "mms.getDomainAttributes getDomainAttributes", "mms.initiateUploadSequence initiateUploadSequence", "mms.terminateUploadSequence terminateUploadSequence",
            "mms.enrollmentsOnly enrollmentsOnly", "mms.activeAlarmsOnly activeAlarmsOnly", "mms.acceptableDelay acceptableDelay", "mms.relinquishIfConnectionLost relinquishIfConnectionLost",
            "mms.listOfCapabilities_item visibleString", "mms.frsmID frsmID", "mms.initialPosition initialPosition", "mms.sizeOfFile sizeOfFile", "mms.originalInvokeID originalInvokeID",
            "mms.numberMatched numberMatched", "mms.numberDeleted numberDeleted", "mms.vmdLogicalStatus vmdLogicalStatus", "mms.vmdPhysicalStatus vmdPhysicalStatus", "mms.status status",
            "mms.integer integer", "mms.unsigned unsigned", "mms.FileName_item graphicString")
        .also(number("mms.originalInvokeID", "originalInvokeID").only(f -> f.joined("mms").matches("4|7")), number("mms.cancel_RequestPDU", "originalInvokeID").only(f -> f.joined("mms").equals("5")),
            number("mms.cancel_ResponsePDU", "originalInvokeID").only(f -> f.joined("mms").equals("6")))
        .also(count("mms.listOfIdentifier"), count("mms.components"), count("mms.listOfVariable"), count("mms.listOfAccessResult"), count("mms.listOfCapabilities"), count("mms.structure"),
            count("mms.listOfData"), choice("mms.name", OBJECT_NAME), choice("mms.variableListName", OBJECT_NAME), choice("mms.semaphoreName", OBJECT_NAME),
            choice("mms.getNamedVariableListAttributes", OBJECT_NAME), choice("mms.getVariableAccessAttributes", List.of("name", "address")),
            choice("mms.objectScope", List.of("vmdSpecific", "domainSpecific", "aaSpecific")), choice("mms.extendedObjectClass", List.of("objectClass")),
            choice("mms.variableSpecification", List.of("name", "address", "variableDescription", "scatteredAccessDescription", "invalidated")),
            choice("mms.executionArgument", List.of("simpleString", "encodedString")),
            new Column("mms.variableAccessSpecificatn", f -> f.fields.stream().anyMatch(s -> s[0].equals("unconfirmedService")) ? ""
                : joined(named(f, "variableAccessSpecification").map(n -> specification.indexOf(n.children.getFirst().name))), t -> t),
            new Column("mms.variableAccessSpecification", f -> f.fields.stream().noneMatch(s -> s[0].equals("unconfirmedService")) ? ""
                : joined(named(f, "variableAccessSpecification").map(n -> specification.indexOf(n.children.getFirst().name))), t -> t),
            new Column("mms.AccessResult", f -> joined(named(f, "listOfAccessResult").flatMap(n -> n.children.stream()).map(n -> n.name.equals("success") ? 1 : 0)), t -> t),
            new Column("mms.success", f -> joined(named(f, "success").filter(n -> !n.children.isEmpty()).map(n -> DATA.get(n.children.getFirst().name))), t -> t),
            data("mms.Data", Set.of("structure", "array", "listOfData")).only(f -> f.fields.stream().noneMatch(s -> TYPES.contains(s[1]))), type("mms.typeSpecification"), type("mms.componentType"),
            type("mms.elementType"),
            told("mms.boolean", "boolean", false), told("mms.data.visible-string", "visible-string", false), told("mms.data.octet-string", "octet-string", false),
            told("mms.typeSpecification_bit-string", "bit-string", true), told("mms.typeSpecification.octet-string", "octet-string", true),
            told("mms.typeSpecification.visible-string", "visible-string", true), told("mms.typeSpecification.binary-time", "binary-time", true), bits("mms.data_bit-string", "bit-string"),
            time("mms.data.binary-time", "binary-time"), time("mms.utc_time", "utc-time"), floating("mms.floating_point"),
            bits("mms.proposedParameterCBB", "proposedParameterCBB"), bits("mms.negociatedParameterCBB", "negotiatedParameterCBB"),
            bits("mms.servicesSupportedCalling", "servicesSupportedCalling"), bits("mms.servicesSupportedCalled", "servicesSupportedCalled"))
        // the bits of the four above
        .parts("mms.ParameterSupportOptions", "mms.ServiceSupportOptions").proof("mms");
  }

  static TsharkAgreement goose() {
    return new TsharkAgreement("goose", "goose && !udp", List.of(new Column("goose.gocbRef", f -> f.joined("gocbRef"), t -> t), new Column("goose.datSet", "datSet"), new Column("goose.goID", "goID"),
        number("goose.stNum", "stNum"), number("goose.sqNum", "sqNum")))
        .also("goose.appid appid", "goose.length length", "goose.timeAllowedtoLive timeAllowedtoLive", "goose.confRev confRev", "goose.ndsCom ndsCom", "goose.numDatSetEntries numDatSetEntries",
            "goose.simulation simulation", "goose.reserve1 reserved1", "goose.reserve2 reserved2", "goose.reserve1.s_bit simulated", "goose.integer integer", "goose.unsigned unsigned",
            "goose.boolean boolean", "goose.visible_string visible-string", "goose.mMSString mMSString", "goose.octet_string octet-string", "goose.bcd bcd", "goose.objId objId")
        .also(count("goose.allData"), count("goose.structure"), count("goose.array"), data("goose.Data", Set.of("allData", "structure", "array")), bits("goose.bit_string", "bit-string"),
            bits("goose.booleanArray", "booleanArray"), floating("goose.floating_point"), time("goose.t", "t"), time("goose.utc_time", "utc-time"),
            new Column("goose.float_value", f -> joined(named(f, "floating-point").map(n -> Float.parseFloat(n.value))), each(v -> Float.toString(Float.parseFloat(v)))));
  }
}
