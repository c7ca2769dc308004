package fr.vigie.sensor.protocol;

import fr.vigie.sensor.wire.Cursor;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of MMS's messages and services by the standard's names (ISO 9506-2:2003, modules MMS-General-Module-1 and MMS-Object-Module-1), and the data of IEC 61850, for the
 * transcript. One line a type: its members in wire order, {@code tag:name:Type}, {@code *} for the tag that the type has of its own, {@code !} before a tag that has it inside,
 * {@code []} before the type of a list. A choice within a tag always has its own tag inside (X.680 31.2.7).
 *
 * <p>A body that does not fit its grammar ends where it stops to fit. What files and domains hold is told by its length.
 */
final class MmsGrammar {
  /** Tags of universal types (X.680 table 1) that have no grammar. */
  static final Map<String, Integer> SIMPLE = Map.ofEntries(Map.entry("Bool", 1), Map.entry("Int", 2), Map.entry("Bits", 3), Map.entry("Octets", 4), Map.entry("Float", 4),
      Map.entry("TimeOfDay", 4), Map.entry("UtcTime", 4), Map.entry("Content", 4), Map.entry("Null", 5), Map.entry("Oid", 6), Map.entry("External", 8), Map.entry("Real", 9), Map.entry("MmsString", 12),
      Map.entry("GeneralizedTime", 24), Map.entry("GraphicString", 25), Map.entry("Identifier", 26), Map.entry("VisibleString", 26));

  private static final int SEQUENCE = 16;
  /** Tags of the context class are kept above this. */
  private static final int CONTEXT = 1 << 16;

  /** Elements within elements: a level of a structure's type has six of them. */
  private static final int DEEPEST = 128;

  private static final int MOST_OCTETS = 1024;

  static final Map<String, Shape> SHAPES = new HashMap<>();

  /** By the number of the service. */
  private static final List<Member> REQUESTS = new ArrayList<>();
  private static final List<Member> RESPONSES = new ArrayList<>();

  /** A member of a type: the number of its context tag or -1, whether another stands inside, its name and type. */
  record Member(int tag, boolean explicit, String name, String type) {}

  /** A sequence, or a choice. */
  record Shape(boolean choice, List<Member> members) {}

  static {
    objects();
    messages();
    errors();
    variables();
    events();
    journals();
    services();
  }

  private final Cursor m;
  private final Transcript t;
  private final Oid oid = new Oid();

  private MmsGrammar(Cursor m, Transcript t) {
    this.m = m;
    this.t = t;
  }

  private static void objects() {
    choice("ObjectName", "0:vmd-specific:Identifier 1:domain-specific:DomainSpecific 2:aa-specific:Identifier");
    sequence("DomainSpecific", "*:domainId:Identifier *:itemId:Identifier");
    sequence("ApplicationReference", "!0:ap-title:Oid !1:ap-invocation-id:Int !2:ae-qualifier:Int !3:ae-invocation-id:Int");
    choice("ExtendedObjectClass", "0:objectClass:Int 1:csObjectClass:Int");
    choice("ObjectScope", "0:vmdSpecific:Null 1:domainSpecific:Identifier 2:aaSpecific:Null");
    sequence("FileAttributes", "0:sizeOfFile:Int 1:lastModified:GeneralizedTime");
    sequence("DirectoryEntry", "0:filename:[]GraphicString 1:fileAttributes:FileAttributes");
    choice("EventTime", "0:timeOfDayT:TimeOfDay 1:timeSequenceIdentifier:Int 2:undefined:Null");
    choice("ExecutionArgument", "1:simpleString:VisibleString *:encodedString:External");
  }

  private static void messages() {
    sequence("UnconfirmedPDU", "*:unconfirmedService:UnconfirmedService");
    choice("UnconfirmedService", "0:informationReport:InformationReport 1:unsolicitedStatus:Status 2:eventNotification:EventNotification");
    sequence("ConfirmedErrorPDU", "0:invokeID:Int 1:modifierPosition:Int 2:serviceError:ServiceError");
    sequence("RejectPDU", "0:originalInvokeID:Int *:rejectReason:RejectReason");
    choice("RejectReason", "1:confirmed-requestPDU:Int 2:confirmed-responsePDU:Int 3:confirmed-errorPDU:Int 4:unconfirmedPDU:Int 5:pdu-error:Int 6:cancel-requestPDU:Int "
        + "7:cancel-responsePDU:Int 8:cancel-errorPDU:Int 9:conclude-requestPDU:Int 10:conclude-responsePDU:Int 11:conclude-errorPDU:Int");
    sequence("CancelErrorPDU", "0:originalInvokeID:Int 1:serviceError:ServiceError");
    sequence("InitiateRequestPDU", "0:localDetailCalling:Int 1:proposedMaxServOutstandingCalling:Int 2:proposedMaxServOutstandingCalled:Int "
        + "3:proposedDataStructureNestingLevel:Int 4:initRequestDetail:InitRequestDetail");
    sequence("InitRequestDetail", "0:proposedVersionNumber:Int 1:proposedParameterCBB:Bits 2:servicesSupportedCalling:Bits");
    sequence("InitiateResponsePDU", "0:localDetailCalled:Int 1:negotiatedMaxServOutstandingCalling:Int 2:negotiatedMaxServOutstandingCalled:Int "
        + "3:negotiatedDataStructureNestingLevel:Int 4:initResponseDetail:InitResponseDetail");
    sequence("InitResponseDetail", "0:negotiatedVersionNumber:Int 1:negotiatedParameterCBB:Bits 2:servicesSupportedCalled:Bits");
    choice("Modifier", "0:attach-To-Event-Condition:AttachToEventCondition 1:attach-To-Semaphore:AttachToSemaphore");
    sequence("AttachToEventCondition", "0:eventEnrollmentName:ObjectName 1:eventConditionName:ObjectName 2:causingTransitions:Bits 3:acceptableDelay:Int");
    sequence("AttachToSemaphore", "0:semaphoreName:ObjectName 1:namedToken:Identifier 2:priority:Int 3:acceptableDelay:Int 4:controlTimeOut:Int 5:abortOnTimeOut:Bool "
        + "6:relinquishIfConnectionLost:Bool");
  }

  private static void errors() {
    sequence("ServiceError", "0:errorClass:ErrorClass 1:additionalCode:Int 2:additionalDescription:VisibleString 3:serviceSpecificInfo:ServiceSpecificInfo");
    choice("ErrorClass", "0:vmd-state:Int 1:application-reference:Int 2:definition:Int 3:resource:Int 4:service:Int 5:service-preempt:Int 6:time-resolution:Int 7:access:Int "
        + "8:initiate:Int 9:conclude:Int 10:cancel:Int 11:file:Int 12:others:Int");
    choice("ServiceSpecificInfo", "0:obtainFile:Int 1:start:Int 2:stop:Int 3:resume:Int 4:reset:Int 5:deleteVariableAccess:Int 6:deleteNamedVariableList:Int 7:deleteNamedType:Int "
        + "8:defineEventEnrollment-Error:ObjectName 9:fileRename:Int");
  }

  private static void variables() {
    choice("Data", "1:array:[]Data 2:structure:[]Data 3:boolean:Bool 4:bit-string:Bits 5:integer:Int 6:unsigned:Int 7:floating-point:Float 8:real:Real 9:octet-string:Octets "
        + "10:visible-string:VisibleString 11:generalized-time:GeneralizedTime 12:binary-time:TimeOfDay 13:bcd:Int 14:booleanArray:Bits 15:objId:Oid 16:mMSString:MmsString "
        + "17:utc-time:UtcTime");
    choice("AccessResult", "0:failure:Int *:success:Data");
    choice("WriteResult", "0:failure:Int 1:success:Null");
    choice("TypeSpecification", "0:typeName:ObjectName 1:array:ArrayType 2:structure:StructureType 3:boolean:Null 4:bit-string:Int 5:integer:Int 6:unsigned:Int "
        + "7:floating-point:FloatingType 9:octet-string:Int 10:visible-string:Int 11:generalized-time:Null 12:binary-time:Bool 13:bcd:Int 15:objId:Null 16:mMSString:Int 17:utc-time:Null");
    sequence("ArrayType", "0:packed:Bool 1:numberOfElements:Int 2:elementType:TypeSpecification");
    sequence("StructureType", "0:packed:Bool 1:components:[]Component");
    sequence("Component", "0:componentName:Identifier 1:componentType:TypeSpecification");
    sequence("FloatingType", "*:formatwidth:Int *:exponentwidth:Int");
    choice("Address", "0:numericAddress:Int 1:symbolicAddress:VisibleString 2:unconstrainedAddress:Octets");
    choice("VariableAccessSpecification", "0:listOfVariable:[]Variable 1:variableListName:ObjectName");
    sequence("Variable", "*:variableSpecification:VariableSpecification 5:alternateAccess:[]AlternateAccess");
    choice("VariableSpecification", "0:name:ObjectName 1:address:Address 2:variableDescription:VariableDescription 3:scatteredAccessDescription:[]ScatteredAccess 4:invalidated:Null");
    sequence("VariableDescription", "*:address:Address *:typeSpecification:TypeSpecification");
    sequence("ScatteredAccess", "0:componentName:Identifier 1:variableSpecification:VariableSpecification 2:alternateAccess:[]AlternateAccess");
    choice("AlternateAccess", "5:named:NamedAccess *:unnamed:AlternateAccessSelection");
    sequence("NamedAccess", "0:componentName:Identifier *:access:AlternateAccessSelection");
    choice("AlternateAccessSelection", "0:selectAlternateAccess:SelectAlternateAccess 1:component:Identifier 2:index:Int 3:indexRange:IndexRange 4:allElements:Null");
    sequence("SelectAlternateAccess", "*:accessSelection:AccessSelection *:alternateAccess:[]AlternateAccess");
    choice("AccessSelection", "0:component:Identifier 1:index:Int 2:indexRange:IndexRange 3:allElements:Null");
    sequence("IndexRange", "0:lowIndex:Int 1:numberOfElements:Int");
    sequence("InformationReport", "*:variableAccessSpecification:VariableAccessSpecification 0:listOfAccessResult:[]AccessResult");
  }

  private static void events() {
    choice("Domains", "0:specific:[]ObjectName 1:aa-specific:Null 2:domain:Identifier 3:vmd:Null");
    choice("Enrollments", "0:specific:[]ObjectName 1:ec:ObjectName 2:ea:ObjectName");
    choice("ConditionName", "0:eventCondition:ObjectName 1:undefined:Null");
    choice("ActionName", "0:eventAction:ObjectName 1:undefined:Null");
    choice("MonitoredVariable", "0:variableReference:VariableSpecification 1:undefined:Null");
    choice("EnrollmentState", "0:state:Int 1:undefined:Null");
    sequence("SeverityFilter", "0:mostSevere:Int 1:leastSevere:Int");
    sequence("AlarmSummaryRequest", "0:enrollmentsOnly:Bool 1:activeAlarmsOnly:Bool 2:acknowledgementFilter:Int 3:severityFilter:SeverityFilter 5:continueAfter:ObjectName");
    sequence("AlarmSummary", "0:eventConditionName:ObjectName 1:severity:Int 2:currentState:Int 3:unacknowledgedState:Int 5:timeOfLastTransitionToActive:EventTime "
        + "6:timeOfLastTransitionToIdle:EventTime");
    sequence("AlarmEnrollmentSummary", "0:eventEnrollmentName:ObjectName !2:clientApplication:ApplicationReference 3:severity:Int 4:currentState:Int 6:notificationLost:Bool "
        + "7:alarmAcknowledgmentRule:Int 8:enrollmentState:Int 9:timeOfLastTransitionToActive:EventTime 10:timeActiveAcknowledged:EventTime 11:timeOfLastTransitionToIdle:EventTime "
        + "12:timeIdleAcknowledged:EventTime");
    sequence("EventEnrollment", "0:eventEnrollmentName:ObjectName 1:eventConditionName:ConditionName 2:eventActionName:ActionName !3:clientApplication:ApplicationReference "
        + "4:mmsDeletable:Bool 5:enrollmentClass:Int 6:duration:Int 7:invokeID:Int 8:remainingAcceptableDelay:Int");
    sequence("EventNotification", "0:eventEnrollmentName:ObjectName 1:eventConditionName:ConditionName 2:severity:Int 3:currentState:Int 4:transitionTime:EventTime "
        + "6:notificationLost:Bool 7:alarmAcknowledgmentRule:Int 8:actionResult:ActionResult");
    sequence("ActionResult", "*:eventActionName:ObjectName *:successOrFailure:ActionOutcome");
    choice("ActionOutcome", "0:success:External 1:failure:ServiceError");
    sequence("SemaphoreEntry", "0:entryID:Octets 1:entryClass:Int !2:applicationReference:ApplicationReference 3:namedToken:Identifier 4:priority:Int 5:remainingTimeOut:Int "
        + "6:abortOnTimeOut:Bool 7:relinquishIfConnectionLost:Bool");
    choice("NamedToken", "0:freeNamedToken:Identifier 1:ownedNamedToken:Identifier 2:hungNamedToken:Identifier");
  }

  private static void journals() {
    choice("RangeStart", "0:startingTime:TimeOfDay 1:startingEntry:Octets");
    choice("RangeStop", "0:endingTime:TimeOfDay 1:numberOfEntries:Int");
    sequence("EntryToStartAfter", "0:timeSpecification:TimeOfDay 1:entrySpecification:Octets");
    sequence("LimitSpecification", "0:limitingTime:TimeOfDay 1:limitingEntry:Octets");
    sequence("JournalEntry", "0:entryIdentifier:Octets !1:originatingApplication:ApplicationReference 2:entryContent:EntryContent");
    sequence("EntryContent", "0:occurrenceTime:TimeOfDay *:entryForm:EntryForm");
    choice("EntryForm", "2:data:EntryData 3:annotation:VisibleString");
    sequence("EntryData", "0:event:EntryEvent 1:listOfVariables:[]EntryVariable");
    sequence("EntryEvent", "0:eventConditionName:ObjectName 1:currentState:Int");
    sequence("EntryVariable", "0:variableTag:VisibleString 1:valueSpecification:Data");
  }

  /** In the order of their numbers; an empty answer is NULL. */
  private static void services() {
    String scope = "0:scopeOfDelete:Int 1:listOfName:[]ObjectName 2:domainName:Identifier";
    String deleted = "0:numberMatched:Int 1:numberDeleted:Int";
    String loaded = "0:domainName:Identifier 1:listOfCapabilities:[]VisibleString 2:sharable:Bool 4:fileName:[]GraphicString";
    String invocation = "0:programInvocationName:Identifier";
    String conditions = "1:class:Int 2:priority:Int 3:severity:Int 4:alarmSummaryReports:Bool ";
    sequence("Status", "0:vmdLogicalStatus:Int 1:vmdPhysicalStatus:Int 2:localDetail:Bits");
    sequence("Segment", "0:non-coded:Content *:coded:External 1:moreFollows:Bool");
    service("status", "Bool", "Status");
    service("getNameList", "0:extendedObjectClass:ExtendedObjectClass 1:objectScope:ObjectScope 2:continueAfter:Identifier", "0:listOfIdentifier:[]Identifier 1:moreFollows:Bool");
    service("identify", "", "0:vendorName:VisibleString 1:modelName:VisibleString 2:revision:VisibleString 3:listOfAbstractSyntaxes:[]Oid");
    service("rename", "0:extendedObjectClass:ExtendedObjectClass 1:currentName:ObjectName 2:newIdentifier:Identifier", "");
    service("read", "0:specificationWithResult:Bool 1:variableAccessSpecification:VariableAccessSpecification",
        "0:variableAccessSpecification:VariableAccessSpecification 1:listOfAccessResult:[]AccessResult");
    service("write", "*:variableAccessSpecification:VariableAccessSpecification 0:listOfData:[]Data", "[]WriteResult");
    choice("AccessedVariable", "0:name:ObjectName 1:address:Address");
    service("getVariableAccessAttributes", "AccessedVariable", "0:mmsDeletable:Bool 1:address:Address 2:typeSpecification:TypeSpecification");
    service("defineNamedVariable", "0:variableName:ObjectName 1:address:Address 2:typeSpecification:TypeSpecification", "");
    service("defineScatteredAccess", "0:scatteredAccessName:ObjectName 1:scatteredAccessDescription:[]ScatteredAccess", "");
    service("getScatteredAccessAttributes", "ObjectName", "0:mmsDeletable:Bool 1:scatteredAccessDescription:[]ScatteredAccess");
    service("deleteVariableAccess", scope, deleted);
    service("defineNamedVariableList", "*:variableListName:ObjectName 0:listOfVariable:[]Variable", "");
    service("getNamedVariableListAttributes", "ObjectName", "0:mmsDeletable:Bool 1:listOfVariable:[]Variable");
    service("deleteNamedVariableList", scope.replace("listOfName", "listOfVariableListName"), deleted);
    service("defineNamedType", "*:typeName:ObjectName *:typeSpecification:TypeSpecification", "");
    service("getNamedTypeAttributes", "ObjectName", "0:mmsDeletable:Bool *:typeSpecification:TypeSpecification");
    service("deleteNamedType", scope.replace("listOfName", "listOfTypeName"), deleted);
    service("input", "0:operatorStationName:Identifier 1:echo:Bool 2:listOfPromptData:[]VisibleString 3:inputTimeOut:Int", "VisibleString");
    service("output", "0:operatorStationName:Identifier 1:listOfOutputData:[]VisibleString", "");
    choice("TakenControl", "0:noResult:Null 1:namedToken:Identifier");
    service("takeControl", "0:semaphoreName:ObjectName 1:namedToken:Identifier 2:priority:Int 3:acceptableDelay:Int 4:controlTimeOut:Int 5:abortOnTimeOut:Bool "
        + "6:relinquishIfConnectionLost:Bool 7:applicationToPreempt:ApplicationReference", "TakenControl");
    service("relinquishControl", "0:semaphoreName:ObjectName 1:namedToken:Identifier", "");
    service("defineSemaphore", "0:semaphoreName:ObjectName 1:numberOfTokens:Int", "");
    service("deleteSemaphore", "ObjectName", "");
    service("reportSemaphoreStatus", "ObjectName", "0:mmsDeletable:Bool 1:class:Int 2:numberOfTokens:Int 3:numberOfOwnedTokens:Int 4:numberOfHungTokens:Int");
    service("reportPoolSemaphoreStatus", "0:semaphoreName:ObjectName 1:nameToStartAfter:Identifier", "0:listOfNamedTokens:[]NamedToken 1:moreFollows:Bool");
    service("reportSemaphoreEntryStatus", "0:semaphoreName:ObjectName 1:state:Int 2:entryIDToStartAfter:Octets", "0:listOfSemaphoreEntry:[]SemaphoreEntry 1:moreFollows:Bool");
    service("initiateDownloadSequence", "0:domainName:Identifier 1:listOfCapabilities:[]VisibleString 2:sharable:Bool", "");
    service("downloadSegment", "Identifier", "Segment");
    service("terminateDownloadSequence", "0:domainName:Identifier 1:discard:ServiceError", "");
    service("initiateUploadSequence", "Identifier", "0:ulsmID:Int 1:listOfCapabilities:[]VisibleString");
    service("uploadSegment", "Int", "Segment");
    service("terminateUploadSequence", "Int", "");
    service("requestDomainDownload", loaded, "");
    service("requestDomainUpload", "0:domainName:Identifier 1:fileName:[]GraphicString", "");
    service("loadDomainContent", loaded + " 5:thirdParty:ApplicationReference", "");
    service("storeDomainContent", "0:domainName:Identifier 1:fileName:[]GraphicString 2:thirdParty:ApplicationReference", "");
    service("deleteDomain", "Identifier", "");
    service("getDomainAttributes", "Identifier", "0:listOfCapabilities:[]VisibleString 1:state:Int 2:mmsDeletable:Bool 3:sharable:Bool 4:listOfProgramInvocations:[]Identifier "
        + "5:uploadInProgress:Int");
    service("createProgramInvocation", invocation + " 1:listOfDomainNames:[]Identifier 2:reusable:Bool 3:monitorType:Bool", "");
    service("deleteProgramInvocation", "Identifier", "");
    service("start", invocation + " *:executionArgument:ExecutionArgument", "");
    service("stop", invocation, "");
    service("resume", invocation + " *:executionArgument:ExecutionArgument", "");
    service("reset", invocation, "");
    service("kill", invocation, "");
    service("getProgramInvocationAttributes", "Identifier", "0:state:Int 1:listOfDomainNames:[]Identifier 2:mmsDeletable:Bool 3:reusable:Bool 4:monitor:Bool "
        + "5:startArgument:VisibleString *:executionArgument:ExecutionArgument");
    service("obtainFile", "0:sourceFileServer:ApplicationReference 1:sourceFile:[]GraphicString 2:destinationFile:[]GraphicString", "");
    service("defineEventCondition", "0:eventConditionName:ObjectName " + conditions + "6:monitoredVariable:VariableSpecification 7:evaluationInterval:Int", "");
    service("deleteEventCondition", "Domains", "Int");
    service("getEventConditionAttributes", "ObjectName", "0:mmsDeletable:Bool " + conditions + "6:monitoredVariable:MonitoredVariable 7:evaluationInterval:Int");
    service("reportEventConditionStatus", "ObjectName", "0:currentState:Int 1:numberOfEventEnrollments:Int 2:enabled:Bool 3:timeOfLastTransitionToActive:EventTime "
        + "4:timeOfLastTransitionToIdle:EventTime");
    service("alterEventConditionMonitoring", "0:eventConditionName:ObjectName 1:enabled:Bool 2:priority:Int 3:alarmSummaryReports:Bool 4:evaluationInterval:Int", "");
    service("triggerEvent", "0:eventConditionName:ObjectName 1:priority:Int", "");
    service("defineEventAction", "0:eventActionName:ObjectName 1:listOfModifier:[]Modifier", "");
    choice("Actions", "0:specific:[]ObjectName 1:aa-specific:Null 3:domain:Identifier 4:vmd:Null");
    service("deleteEventAction", "Actions", "Int");
    service("getEventActionAttributes", "ObjectName", "0:mmsDeletable:Bool 1:listOfModifier:[]Modifier");
    service("reportEventActionStatus", "ObjectName", "Int");
    service("defineEventEnrollment", "0:eventEnrollmentName:ObjectName 1:eventConditionName:ObjectName 2:eventConditionTransitions:Bits 3:alarmAcknowledgmentRule:Int "
        + "4:eventActionName:ObjectName !5:clientApplication:ApplicationReference", "");
    service("deleteEventEnrollment", "Enrollments", "Int");
    sequence("AlteredEnrollment", "0:currentState:EnrollmentState 1:transitionTime:EventTime");
    service("alterEventEnrollment", "0:eventEnrollmentName:ObjectName 1:eventConditionTransitions:Bits 2:alarmAcknowledgmentRule:Int", "AlteredEnrollment");
    service("reportEventEnrollmentStatus", "ObjectName", "0:eventConditionTransitions:Bits 1:notificationLost:Bool 2:duration:Int 3:alarmAcknowledgmentRule:Int 4:currentState:Int");
    service("getEventEnrollmentAttributes", "0:scopeOfRequest:Int 1:eventEnrollmentNames:[]ObjectName !2:clientApplication:ApplicationReference 3:eventConditionName:ObjectName "
        + "4:eventActionName:ObjectName 5:continueAfter:ObjectName", "0:listOfEventEnrollment:[]EventEnrollment 1:moreFollows:Bool");
    service("acknowledgeEventNotification", "0:eventEnrollmentName:ObjectName 2:acknowledgedState:Int 3:timeOfAcknowledgedTransition:EventTime", "");
    service("getAlarmSummary", "AlarmSummaryRequest", "0:listOfAlarmSummary:[]AlarmSummary 1:moreFollows:Bool");
    service("getAlarmEnrollmentSummary", "AlarmSummaryRequest", "0:listOfAlarmEnrollmentSummary:[]AlarmEnrollmentSummary 1:moreFollows:Bool");
    service("readJournal", "0:journalName:ObjectName 1:rangeStartSpecification:RangeStart 2:rangeStopSpecification:RangeStop 4:listOfVariables:[]VisibleString "
        + "5:entryToStartAfter:EntryToStartAfter", "0:listOfJournalEntry:[]JournalEntry 1:moreFollows:Bool");
    service("writeJournal", "0:journalName:ObjectName 1:listOfJournalEntry:[]EntryContent", "");
    service("initializeJournal", "0:journalName:ObjectName 1:limitSpecification:LimitSpecification", "Int");
    service("reportJournalStatus", "ObjectName", "0:currentEntries:Int 1:mmsDeletable:Bool");
    service("createJournal", "0:journalName:ObjectName", "");
    service("deleteJournal", "0:journalName:ObjectName", "");
    service("getCapabilityList", "*:continueAfter:VisibleString", "0:listOfCapabilities:[]VisibleString 1:moreFollows:Bool");
    service("fileOpen", "0:fileName:[]GraphicString 1:initialPosition:Int", "0:frsmID:Int 1:fileAttributes:FileAttributes");
    service("fileRead", "Int", "0:fileData:Content 1:moreFollows:Bool");
    service("fileClose", "Int", "");
    service("fileRename", "0:currentFileName:[]GraphicString 1:newFileName:[]GraphicString", "");
    service("fileDelete", "[]GraphicString", "");
    service("fileDirectory", "0:fileSpecification:[]GraphicString 1:continueAfter:[]GraphicString", "!0:listOfDirectoryEntry:[]DirectoryEntry 1:moreFollows:Bool");
    List<Member> request = new ArrayList<>(List.of(new Member(-1, false, "invokeID", "Int"), new Member(-1, false, "listOfModifier", "[]Modifier"),
        new Member(-1, false, "", "ConfirmedServiceRequest")));
    SHAPES.put("ConfirmedRequestPDU", new Shape(false, request));
    SHAPES.put("ConfirmedServiceRequest", new Shape(true, REQUESTS));
    SHAPES.put("ConfirmedResponsePDU", new Shape(false, List.of(request.getFirst(), new Member(-1, false, "", "ConfirmedServiceResponse"))));
    SHAPES.put("ConfirmedServiceResponse", new Shape(true, RESPONSES));
  }

  private static void sequence(String name, String members) {
    SHAPES.put(name, new Shape(false, members(members)));
  }

  private static void choice(String name, String members) {
    SHAPES.put(name, new Shape(true, members(members)));
  }

  /** A type's name, or the members of a sequence of its own. */
  private static void service(String name, String request, String response) {
    REQUESTS.add(new Member(REQUESTS.size(), false, name, type(name + "-Request", request)));
    RESPONSES.add(new Member(RESPONSES.size(), false, name, type(name + "-Response", response)));
  }

  private static String type(String name, String text) {
    if (text.isEmpty()) {
      return "Null";
    }
    if (text.indexOf(':') < 0) {
      return text;
    }
    sequence(name, text);
    return name;
  }

  private static List<Member> members(String text) {
    List<Member> all = new ArrayList<>();
    for (String member : text.strip().split(" ")) {
      String[] parts = member.split(":");
      boolean explicit = parts[0].charAt(0) == '!';
      String tag = explicit ? parts[0].substring(1) : parts[0];
      all.add(new Member(tag.equals("*") ? -1 : Integer.parseInt(tag), explicit, parts[1], parts[2]));
    }
    return List.copyOf(all);
  }

  /** Tells what the message of this number holds, whose content is what is left to the cursor; the cursor stays. */
  static void tell(Cursor content, Transcript t, int message) {
    String type = switch (message) {
      case 0 -> "ConfirmedRequestPDU";
      case 1 -> "ConfirmedResponsePDU";
      case 2 -> "ConfirmedErrorPDU";
      case 3 -> "UnconfirmedPDU";
      case 4 -> "RejectPDU";
      case 5, 6 -> "Int";
      case 7 -> "CancelErrorPDU";
      case 8 -> "InitiateRequestPDU";
      case 9 -> "InitiateResponsePDU";
      case 10, 13 -> "ServiceError";
      default -> "";
    };
    if (!type.isEmpty() && content.remaining() > 0) {
      new MmsGrammar(new Cursor().rest(content), t).content("originalInvokeID", type, 0);
    }
  }

  /** Tells a list of data, which is what is left to the cursor; the cursor stays. */
  static void data(Cursor content, Transcript t) {
    new MmsGrammar(new Cursor().rest(content), t).list("Data", 0);
  }

  /** A tag without its form: what is universal as it is, what is of the context above it. */
  private int tag() {
    int first = m.u8();
    int number = first & 31;
    if (number == 31) {
      number = 0;
      int next = 0x80;
      for (int i = 0; i < 3 && (next & 0x80) != 0; i++) {
        next = m.u8();
        number = number << 7 | next & 0x7F;
      }
    }
    return switch (first & 0xC0) {
      case 0 -> number;
      case 0x80 -> CONTEXT + number;
      default -> -2;
    };
  }

  private static boolean choice(String type) {
    Shape shape = SHAPES.get(type);
    return shape != null && shape.choice();
  }

  private static boolean accepts(Member member, int tag) {
    return member.tag() >= 0 ? tag == CONTEXT + member.tag() : accepts(member.type(), tag);
  }

  private static boolean accepts(String type, int tag) {
    Integer simple = SIMPLE.get(type);
    if (simple != null) {
      return tag == simple;
    }
    Shape shape = SHAPES.get(type);
    return shape != null && shape.choice() ? alternative(shape, tag) != null : tag == SEQUENCE;
  }

  private static @Nullable Member alternative(Shape shape, int tag) {
    for (Member member : shape.members()) {
      if (accepts(member, tag)) {
        return member;
      }
    }
    return null;
  }

  /** The content of a member whose tag is read, and which is all that the cursor sees. */
  private void member(Member member, int tag, int depth) {
    boolean choice = choice(member.type());
    if (depth > DEEPEST) {
      m.fail();
    } else if (member.tag() >= 0 && (choice || member.explicit())) {
      t.begin(member.name());
      own(member.name(), member.type(), depth);
      t.close();
    } else if (choice && member.name().isEmpty()) {
      alternative(member.type(), tag, depth);
    } else if (choice) {
      t.begin(member.name());
      alternative(member.type(), tag, depth);
      t.close();
    } else {
      content(member.name(), member.type(), depth);
    }
  }

  /** An element with the tag that its type has. */
  private void own(String name, String type, int depth) {
    int tag = tag();
    long outer = m.enter(Ber.length(m));
    if (choice(type)) {
      alternative(type, tag, depth + 1);
    } else {
      content(name, type, depth + 1);
    }
    m.leave(outer);
  }

  private void alternative(String type, int tag, int depth) {
    Shape shape = SHAPES.get(type);
    Member chosen = shape == null ? null : alternative(shape, tag);
    if (chosen == null) {
      unread();
    } else {
      member(chosen, tag, depth + 1);
    }
  }

  /** Octets that no grammar has are told by their number. */
  private void unread() {
    if (m.ok() && m.remaining() > 0) {
      t.field("unreadOctets", m.remaining());
    }
    m.skip(m.remaining());
  }

  private void content(String name, String type, int depth) {
    if (type.startsWith("[]")) {
      t.begin(name);
      list(type.substring(2), depth + 1);
      t.close();
      return;
    }
    Shape shape = SHAPES.get(type);
    if (shape == null) {
      simple(name, type);
    } else if (shape.choice()) {
      t.begin(name);
      own(name, type, depth + 1);
      t.close();
    } else {
      boolean group = depth > 0;
      if (group) {
        t.begin(name);
      }
      members(shape, depth);
      if (group) {
        t.close();
      }
    }
  }

  /** Members come in their order; some may be missing. */
  private void members(Shape shape, int depth) {
    int next = 0;
    while (m.ok() && m.remaining() > 0) {
      int tag = tag();
      long outer = m.enter(Ber.length(m));
      int at = next;
      while (at < shape.members().size() && !accepts(shape.members().get(at), tag)) {
        at++;
      }
      if (at < shape.members().size()) {
        next = at + 1;
        member(shape.members().get(at), tag, depth + 1);
      } else {
        unread();
      }
      m.leave(outer);
    }
  }

  private void list(String type, int depth) {
    String name = Character.toLowerCase(type.charAt(0)) + type.substring(1);
    while (m.ok() && m.remaining() > 0) {
      int tag = tag();
      long outer = m.enter(Ber.length(m));
      if (depth > DEEPEST) {
        m.fail();
      } else if (choice(type)) {
        alternative(type, tag, depth + 1);
      } else {
        content(name, type, depth + 1);
      }
      m.leave(outer);
    }
  }

  private void simple(String name, String type) {
    int octets = m.remaining();
    switch (type) {
      case "Bool" -> t.field(name, m.u8() != 0);
      case "Int" -> integer(name, octets);
      case "Null" -> t.field(name, "NULL");
      case "Bits" -> bits(name, octets);
      case "Float" -> floating(name, octets);
      case "TimeOfDay" -> timeOfDay(name, octets);
      case "UtcTime" -> utc(name, octets);
      case "Oid" -> {
        oid.read(m, octets);
        t.field(name, oid.text());
      }
      case "Content" -> t.field(name + "Octets", octets);
      case "Octets", "External", "Real" -> t.octets(name, m, Math.min(octets, MOST_OCTETS));
      case "MmsString" -> t.field(name, m.text(octets, StandardCharsets.UTF_8));
      default -> t.field(name, m.text(octets, StandardCharsets.ISO_8859_1));
    }
  }

  /** Nine octets hold an unsigned number of 64 bits. */
  private void integer(String name, int octets) {
    if (octets == 9 && m.peek(0) == 0) {
      m.skip(1);
      t.field(name, Long.toUnsignedString(m.unsigned(8)));
    } else if (octets >= 1 && octets <= 8) {
      t.field(name, m.signed(octets));
    } else {
      t.octets(name, m, Math.min(octets, MOST_OCTETS));
    }
  }

  /** X.690 8.6: how many bits of the last octet are unused, then the bits; few of them are written as digits. */
  private void bits(String name, int octets) {
    int count = (octets - 1) * 8 - m.u8();
    if (octets < 1 || count < 0 || count > (octets - 1) * 8) {
      m.fail();
    } else if (count <= 64) {
      StringBuilder digits = new StringBuilder();
      for (int i = 0; i < count; i++) {
        digits.append((char) ('0' + (m.peek(i / 8) >>> 7 - i % 8 & 1)));
      }
      t.field(name, digits.toString());
    } else {
      t.field(name, HexFormat.of().formatHex(m.bytes(Math.min(octets - 1, MOST_OCTETS))));
    }
  }

  /** How many bits its exponent has, then IEEE 754. */
  private void floating(String name, int octets) {
    int exponent = m.peek(0);
    if (octets == 5 && exponent == 8) {
      m.skip(1);
      t.field(name, Double.parseDouble(Float.toString(m.f32())));
    } else if (octets == 9 && exponent == 11) {
      m.skip(1);
      t.field(name, m.f64());
    } else {
      t.octets(name, m, Math.min(octets, MOST_OCTETS));
    }
  }

  /** Milliseconds of the day, and with them days since 1984 began. */
  private void timeOfDay(String name, int octets) {
    long millis = m.u32();
    if (octets == 4 && millis < 86_400_000) {
      t.field(name, LocalTime.ofNanoOfDay(millis * 1_000_000).toString());
    } else if (octets == 6) {
      t.field(name, Instant.ofEpochMilli(441_763_200_000L + m.u16() * 86_400_000L + millis).toString());
    } else {
      m.fail();
    }
  }

  /** IEC 61850-8-1:2011 8.1.3.6: seconds, a fraction of 24 bits, quality. */
  private void utc(String name, int octets) {
    if (octets != 8) {
      m.fail();
      return;
    }
    long seconds = m.u32();
    long fraction = m.u24();
    t.field(name, Instant.ofEpochSecond(seconds, fraction * 1_000_000_000L >> 24).toString());
    t.field("timeQuality", m.u8());
  }
}
