import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.milo.opcua.sdk.client.OpcUaClient;
import org.eclipse.milo.opcua.sdk.client.api.config.OpcUaClientConfigBuilder;
import org.eclipse.milo.opcua.sdk.client.api.identity.AnonymousProvider;
import org.eclipse.milo.opcua.sdk.client.api.identity.UsernameProvider;
import org.eclipse.milo.opcua.sdk.client.api.subscriptions.UaSubscription;
import org.eclipse.milo.opcua.sdk.core.AccessLevel;
import org.eclipse.milo.opcua.sdk.core.Reference;
import org.eclipse.milo.opcua.sdk.server.OpcUaServer;
import org.eclipse.milo.opcua.sdk.server.api.DataItem;
import org.eclipse.milo.opcua.sdk.server.api.ManagedNamespaceWithLifecycle;
import org.eclipse.milo.opcua.sdk.server.api.MonitoredItem;
import org.eclipse.milo.opcua.sdk.server.api.config.OpcUaServerConfig;
import org.eclipse.milo.opcua.sdk.server.api.methods.AbstractMethodInvocationHandler;
import org.eclipse.milo.opcua.sdk.server.identity.UsernameIdentityValidator;
import org.eclipse.milo.opcua.sdk.server.nodes.UaFolderNode;
import org.eclipse.milo.opcua.sdk.server.nodes.UaMethodNode;
import org.eclipse.milo.opcua.sdk.server.nodes.UaVariableNode;
import org.eclipse.milo.opcua.sdk.server.util.SubscriptionModel;
import org.eclipse.milo.opcua.stack.core.AttributeId;
import org.eclipse.milo.opcua.stack.core.Identifiers;
import org.eclipse.milo.opcua.stack.core.security.DefaultCertificateManager;
import org.eclipse.milo.opcua.stack.core.security.SecurityPolicy;
import org.eclipse.milo.opcua.stack.core.types.builtin.DataValue;
import org.eclipse.milo.opcua.stack.core.types.builtin.LocalizedText;
import org.eclipse.milo.opcua.stack.core.types.builtin.NodeId;
import org.eclipse.milo.opcua.stack.core.types.builtin.QualifiedName;
import org.eclipse.milo.opcua.stack.core.types.builtin.Variant;
import org.eclipse.milo.opcua.stack.core.types.builtin.unsigned.Unsigned;
import org.eclipse.milo.opcua.stack.core.types.enumerated.BrowseDirection;
import org.eclipse.milo.opcua.stack.core.types.enumerated.BrowseResultMask;
import org.eclipse.milo.opcua.stack.core.types.enumerated.MessageSecurityMode;
import org.eclipse.milo.opcua.stack.core.types.enumerated.MonitoringMode;
import org.eclipse.milo.opcua.stack.core.types.enumerated.NodeClass;
import org.eclipse.milo.opcua.stack.core.types.enumerated.TimestampsToReturn;
import org.eclipse.milo.opcua.stack.core.types.structured.Argument;
import org.eclipse.milo.opcua.stack.core.types.structured.BrowseDescription;
import org.eclipse.milo.opcua.stack.core.types.structured.CallMethodRequest;
import org.eclipse.milo.opcua.stack.core.types.structured.EndpointDescription;
import org.eclipse.milo.opcua.stack.core.types.structured.MonitoredItemCreateRequest;
import org.eclipse.milo.opcua.stack.core.types.structured.MonitoringParameters;
import org.eclipse.milo.opcua.stack.core.types.structured.ReadValueId;
import org.eclipse.milo.opcua.stack.core.util.EndpointUtil;
import org.eclipse.milo.opcua.stack.core.util.SelfSignedCertificateBuilder;
import org.eclipse.milo.opcua.stack.core.util.SelfSignedCertificateGenerator;
import org.eclipse.milo.opcua.stack.client.DiscoveryClient;
import org.eclipse.milo.opcua.stack.server.EndpointConfiguration;
import org.eclipse.milo.opcua.stack.server.security.ServerCertificateValidator;

/**
 * A server and clients of OPC UA that nobody here wrote (Eclipse Milo), for {@code OpcUaMiloTest}: the server listens on the loopback at the first port, the clients go through the
 * second, where the test records what both say. Prints {@code done} at the end.
 */
public final class OpcUaPeer {
  private static final UsernameIdentityValidator PEOPLE =
      new UsernameIdentityValidator(true, c -> c.getUsername().equals("technicien") && c.getPassword().equals("hopital-2026"));

  /** A folder with a set point, a temperature and a method. */
  private static final class Plant extends ManagedNamespaceWithLifecycle {
    private final SubscriptionModel subscriptions;

    Plant(OpcUaServer server) {
      super(server, "urn:vigie:test:plant");
      subscriptions = new SubscriptionModel(server, this);
      getLifecycleManager().addLifecycle(subscriptions);
      getLifecycleManager().addStartupTask(this::build);
    }

    private void build() {
      UaFolderNode folder = new UaFolderNode(getNodeContext(), newNodeId("Plant"), newQualifiedName("Plant"), LocalizedText.english("Plant"));
      getNodeManager().addNode(folder);
      folder.addReference(new Reference(folder.getNodeId(), Identifiers.Organizes, Identifiers.ObjectsFolder.expanded(), false));
      variable(folder, newNodeId(1001), "Setpoint", Identifiers.Double, new Variant(21.5));
      variable(folder, newNodeId("Fan"), "Fan", Identifiers.Boolean, new Variant(true));
      variable(folder, newNodeId("Label"), "Label", Identifiers.String, new Variant("bloc 2"));
      variable(folder, newNodeId(70_000), "Counts", Identifiers.Int32, new Variant(new Integer[] {3, 1, 4}));
      UaMethodNode method = UaMethodNode.builder(getNodeContext()).setNodeId(newNodeId("Reset")).setBrowseName(newQualifiedName("Reset"))
          .setDisplayName(LocalizedText.english("Reset")).build();
      method.setInvocationHandler(new AbstractMethodInvocationHandler(method) {
        @Override
        public Argument[] getInputArguments() {
          return new Argument[] {new Argument("level", Identifiers.Int32, -1, null, LocalizedText.NULL_VALUE)};
        }

        @Override
        public Argument[] getOutputArguments() {
          return new Argument[] {new Argument("left", Identifiers.Int32, -1, null, LocalizedText.NULL_VALUE)};
        }

        @Override
        protected Variant[] invoke(InvocationContext context, Variant[] inputs) {
          return new Variant[] {new Variant((Integer) inputs[0].getValue() - 1)};
        }
      });
      getNodeManager().addNode(method);
      method.addReference(new Reference(method.getNodeId(), Identifiers.HasComponent, folder.getNodeId().expanded(), false));
    }

    private void variable(UaFolderNode folder, NodeId id, String name, NodeId type, Variant value) {
      UaVariableNode node = new UaVariableNode.UaVariableNodeBuilder(getNodeContext()).setNodeId(id).setAccessLevel(AccessLevel.READ_WRITE)
          .setUserAccessLevel(AccessLevel.READ_WRITE).setBrowseName(newQualifiedName(name)).setDisplayName(LocalizedText.english(name)).setDataType(type)
          .setTypeDefinition(Identifiers.BaseDataVariableType).build();
      node.setValue(new DataValue(value));
      getNodeManager().addNode(node);
      folder.addOrganizes(node);
    }

    @Override
    public void onDataItemsCreated(List<DataItem> items) {
      subscriptions.onDataItemsCreated(items);
    }

    @Override
    public void onDataItemsModified(List<DataItem> items) {
      subscriptions.onDataItemsModified(items);
    }

    @Override
    public void onDataItemsDeleted(List<DataItem> items) {
      subscriptions.onDataItemsDeleted(items);
    }

    @Override
    public void onMonitoringModeChanged(List<MonitoredItem> items) {
      subscriptions.onMonitoringModeChanged(items);
    }
  }

  /** Whose certificate it is does not matter here. */
  private static final class Everyone implements ServerCertificateValidator {
    @Override
    public void validateCertificateChain(List<X509Certificate> chain) {}

    @Override
    public void validateCertificateChain(List<X509Certificate> chain, String uri) {}
  }

  private static EndpointConfiguration endpoint(int port, SecurityPolicy policy, MessageSecurityMode mode, X509Certificate certificate) {
    return EndpointConfiguration.newBuilder().setBindAddress("127.0.0.1").setBindPort(port).setHostname("127.0.0.1").setPath("/vigie").setSecurityPolicy(policy)
        .setSecurityMode(mode).setCertificate(certificate).addTokenPolicies(OpcUaServerConfig.USER_TOKEN_POLICY_ANONYMOUS, OpcUaServerConfig.USER_TOKEN_POLICY_USERNAME).build();
  }

  private static X509Certificate certificate(KeyPair keys, String name, String uri) throws Exception {
    return new SelfSignedCertificateBuilder(keys).setCommonName(name).setOrganization("Vigie").setApplicationUri(uri).addIpAddress("127.0.0.1").build();
  }

  private static OpcUaClient client(EndpointDescription endpoint, int port, KeyPair keys, X509Certificate certificate, boolean named) throws Exception {
    EndpointDescription through = EndpointUtil.updateUrl(endpoint, "127.0.0.1", port);
    return OpcUaClient.create(new OpcUaClientConfigBuilder().setEndpoint(through).setApplicationName(LocalizedText.english("vigie test client"))
        .setApplicationUri("urn:vigie:test:client").setProductUri("urn:vigie:test").setKeyPair(keys).setCertificate(certificate)
        .setIdentityProvider(named ? new UsernameProvider("technicien", "hopital-2026") : new AnonymousProvider()).setRequestTimeout(Unsigned.uint(10_000)).build());
  }

  /** Everything a client says, once: browse, read, write, refused write, call, subscription, unsubscription. */
  private static void converse(OpcUaClient client, int namespace) throws Exception {
    client.connect().get(20, TimeUnit.SECONDS);
    client.browse(new BrowseDescription(Identifiers.ObjectsFolder, BrowseDirection.Forward, Identifiers.References, true, Unsigned.uint(NodeClass.Object.getValue() | NodeClass.Variable.getValue()),
        Unsigned.uint(BrowseResultMask.All.getValue()))).get();
    NodeId setpoint = new NodeId(namespace, 1001);
    List<NodeId> nodes = List.of(setpoint, new NodeId(namespace, "Fan"), new NodeId(namespace, "Label"), new NodeId(namespace, 70_000), new NodeId(namespace, "nothing"),
        Identifiers.Server_ServerStatus_State, Identifiers.Server_ServerStatus_CurrentTime, Identifiers.Server_ServerArray, Identifiers.Server_ServerStatus_BuildInfo);
    client.readValues(0, TimestampsToReturn.Both, nodes).get();
    client.read(0, TimestampsToReturn.Neither, List.of(new ReadValueId(setpoint, AttributeId.DisplayName.uid(), null, QualifiedName.NULL_VALUE),
        new ReadValueId(setpoint, AttributeId.DataType.uid(), null, QualifiedName.NULL_VALUE), new ReadValueId(setpoint, AttributeId.BrowseName.uid(), null, QualifiedName.NULL_VALUE))).get();
    client.writeValue(setpoint, DataValue.valueOnly(new Variant(22.5))).get();
    client.writeValue(new NodeId(namespace, "Fan"), DataValue.valueOnly(new Variant(false))).get();
    client.writeValue(Identifiers.Server_ServerStatus_CurrentTime, DataValue.valueOnly(new Variant(1))).get();
    client.call(new CallMethodRequest(new NodeId(namespace, "Plant"), new NodeId(namespace, "Reset"), new Variant[] {new Variant(7)})).get();
    client.call(new CallMethodRequest(new NodeId(namespace, "Plant"), new NodeId(namespace, "Nothing"), new Variant[0])).get();
    client.getAddressSpace().getVariableNode(setpoint);
    UaSubscription subscription = client.getSubscriptionManager().createSubscription(100).get();
    CountDownLatch values = new CountDownLatch(3);
    List<MonitoredItemCreateRequest> wanted = new ArrayList<>();
    for (NodeId node : nodes.subList(0, 2)) {
      wanted.add(new MonitoredItemCreateRequest(new ReadValueId(node, AttributeId.Value.uid(), null, QualifiedName.NULL_VALUE), MonitoringMode.Reporting,
          new MonitoringParameters(subscription.nextClientHandle(), 50.0, null, Unsigned.uint(10), true)));
    }
    subscription.createMonitoredItems(TimestampsToReturn.Both, wanted, (item, i) -> item.setValueConsumer(v -> values.countDown())).get();
    client.writeValue(setpoint, DataValue.valueOnly(new Variant(23.25))).get();
    values.await(10, TimeUnit.SECONDS);
    client.getSubscriptionManager().deleteSubscription(subscription.getSubscriptionId()).get();
    client.disconnect().get(20, TimeUnit.SECONDS);
  }

  public static void main(String[] arguments) throws Exception {
    int port = Integer.parseInt(arguments[0]);
    int through = Integer.parseInt(arguments[1]);
    KeyPair keys = SelfSignedCertificateGenerator.generateRsaKeyPair(2048);
    X509Certificate here = certificate(keys, "vigie test server", "urn:vigie:test:server");
    KeyPair clientKeys = SelfSignedCertificateGenerator.generateRsaKeyPair(2048);
    X509Certificate there = certificate(clientKeys, "vigie test client", "urn:vigie:test:client");
    OpcUaServer server = new OpcUaServer(OpcUaServerConfig.builder().setApplicationUri("urn:vigie:test:server").setApplicationName(LocalizedText.english("vigie test server"))
        .setProductUri("urn:vigie:test").setCertificateManager(new DefaultCertificateManager(keys, here)).setCertificateValidator(new Everyone()).setIdentityValidator(PEOPLE)
        .setEndpoints(Set.of(endpoint(port, SecurityPolicy.None, MessageSecurityMode.None, here), endpoint(port, SecurityPolicy.Basic256Sha256, MessageSecurityMode.Sign, here),
            endpoint(port, SecurityPolicy.Basic256Sha256, MessageSecurityMode.SignAndEncrypt, here))).build());
    Plant plant = new Plant(server);
    plant.startup();
    server.startup().get();
    int namespace = plant.getNamespaceIndex().intValue();
    List<EndpointDescription> endpoints = DiscoveryClient.getEndpoints("opc.tcp://127.0.0.1:" + through + "/vigie").get(20, TimeUnit.SECONDS);
    for (MessageSecurityMode mode : List.of(MessageSecurityMode.None, MessageSecurityMode.Sign, MessageSecurityMode.SignAndEncrypt)) {
      EndpointDescription endpoint = endpoints.stream().filter(e -> e.getSecurityMode() == mode).findFirst().orElseThrow();
      converse(client(endpoint, through, clientKeys, there, mode != MessageSecurityMode.None), namespace);
    }
    System.out.println("done");
    server.shutdown().get();
    System.exit(0);
  }
}
