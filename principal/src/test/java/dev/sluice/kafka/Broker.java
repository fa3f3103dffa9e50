package dev.sluice.kafka;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.utils.Time;

/** A real broker and controller in one, in this JVM, all of whose listeners have the mesh's identity. */
final class Broker implements AutoCloseable {
    static final String SELF = "spiffe://cluster.local/ns/kafka/sa/kafka";

    final Path secrets;
    final int port;
    private final KafkaRaftServer server;

    Broker(Path directory, Map<String, String> more) throws IOException {
        secrets = Files.createDirectory(directory.resolve("secrets"));
        Files.writeString(secrets.resolve("current"), Bytes.SECRET);
        port = freePort();
        int controller = freePort();
        Properties properties = new Properties();
        properties.putAll(Map.of(
            "process.roles", "broker,controller", "node.id", "1",
            "controller.quorum.voters", "1@localhost:" + controller,
            "listeners", "MESH://localhost:" + port + ",CONTROLLER://localhost:" + controller,
            "listener.security.protocol.map", "MESH:SSL,CONTROLLER:SSL",
            "inter.broker.listener.name", "MESH", "controller.listener.names", "CONTROLLER",
            "log.dirs", directory.resolve("data").toString()));
        for (String listener : new String[] {"mesh", "controller"}) {
            String prefix = "listener.name." + listener + ".";
            properties.put(prefix + "ssl.engine.factory.class", MeshIdentitySslEngineFactory.class.getName());
            properties.put(prefix + "principal.builder.class", MeshPrincipalBuilder.class.getName());
        }
        properties.putAll(Map.of(
            "sluice.identity.trust.domains", "cluster.local", "sluice.identity.self", SELF,
            "sluice.identity.secret.directory", secrets.toString(),
            "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
            "super.users", "User:" + SELF));
        properties.putAll(Map.of(
            "offsets.topic.replication.factor", "1", "offsets.topic.num.partitions", "1",
            "transaction.state.log.replication.factor", "1", "transaction.state.log.min.isr", "1",
            "transaction.state.log.num.partitions", "1", "group.initial.rebalance.delay.ms", "0"));
        properties.putAll(more);
        format(directory, properties);
        server = new KafkaRaftServer(KafkaConfig.fromProps(properties), Time.SYSTEM);
        server.startup();
    }

    private static void format(Path directory, Properties properties) throws IOException {
        Path file = directory.resolve("server.properties");
        try (var out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        int code = StorageTool.execute(new String[] {"format", "-t", "4L6g3nShT-eMCtK--X86sw", "-c", file.toString()},
            new PrintStream(said));
        if (code != 0) {
            throw new IOException("cannot format: " + said);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Properties of a client that reaches the broker through proxies which have proved this id. */
    Map<String, Object> client(String id) {
        return client(id, Bytes.SECRET);
    }

    Map<String, Object> client(String id, String secret) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", "localhost:" + port);
        properties.put("security.protocol", "SSL");
        properties.put("ssl.engine.factory.class", TestProxyFactory.class);
        properties.put(TestProxyFactory.ID, id);
        properties.put(TestProxyFactory.SECRET, secret);
        return properties;
    }

    @Override
    public void close() {
        server.shutdown();
        server.awaitShutdown();
    }
}
