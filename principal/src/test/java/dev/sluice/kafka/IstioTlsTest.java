package dev.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.network.ByteBufferSend;
import org.apache.kafka.common.network.ChannelState;
import org.apache.kafka.common.network.NetworkReceive;
import org.apache.kafka.common.network.NetworkSend;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS that the broker terminates itself, in Kafka's own loop at both ends. */
class IstioTlsTest {
    private static final String BROKER = "spiffe://cluster.local/ns/kafka/sa/kafka";
    private static final byte[] REQUEST = Bytes.text("a request");

    @TempDir
    static Path root;
    private static TestCa ca;
    private static Path broker;
    private static Path alice;

    @BeforeAll
    static void issue() throws Exception {
        ca = new TestCa(Files.createDirectory(root.resolve("ca")));
        broker = ca.issue("RSA", BROKER);
        alice = ca.issue("EC", Bytes.ID);
    }

    private static Map<String, Object> properties(Path files, String... serverIds) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("ssl.engine.factory.class", IstioTlsSslEngineFactory.class);
        properties.put("sluice.identity.trust.domains", "cluster.local");
        properties.put("sluice.identity.tls.directory", files.toString());
        properties.put("sluice.identity.tls.server.ids", String.join(",", serverIds));
        return properties;
    }

    private static KafkaLoop server(Path files) throws IOException {
        return KafkaLoop.server(properties(files));
    }

    @Test
    void givesTheSamePrincipalAsTheProxyWould() throws IOException {
        try (KafkaLoop server = server(broker)) {
            assertEquals("User:" + Bytes.ID, connect(server, properties(alice, BROKER)));
            assertEquals("User:" + BROKER, connect(server, properties(broker)), "a broker trusts its like");
        }
    }

    @Test
    void refusesAnotherTrustDomainSeveralIdsNoneAndOtherRoots() throws Exception {
        TestCa other = new TestCa(Files.createDirectory(root.resolve("other")));
        try (KafkaLoop server = server(broker)) {
            // Such a client would not start with our factory, so Kafka's own has to do.
            assertRefused(server, ca.issue("RSA", "spiffe://evil.example/ns/a/sa/b"), "foreign-trust-domain");
            assertRefused(server, ca.issue("RSA", Bytes.ID, BROKER), "several-ids");
            assertRefused(server, ca.issue("RSA"), "no-id");
            assertRefused(server, other.issue("RSA", Bytes.ID), null);
        }
    }

    private static void assertRefused(KafkaLoop server, Path files, String reason) throws Exception {
        Map<String, Object> properties = new HashMap<>();
        properties.put("ssl.engine.factory.class", org.apache.kafka.common.security.ssl.DefaultSslEngineFactory.class);
        properties.put("ssl.protocol", "TLSv1.2"); // the client hears of the refusal during its handshake
        properties.put("ssl.cipher.suites", List.of());
        properties.put("ssl.enabled.protocols", List.of("TLSv1.2"));
        properties.put("ssl.keystore.type", "PEM");
        properties.put("ssl.truststore.type", "PEM");
        properties.put("ssl.keystore.certificate.chain", password(Files.readString(files.resolve("cert-chain.pem"))));
        properties.put("ssl.keystore.key", password(Files.readString(files.resolve("key.pem"))));
        properties.put("ssl.truststore.certificates", password(Files.readString(broker.resolve("root-cert.pem"))));
        properties.put("ssl.endpoint.identification.algorithm", "");
        long before = reason == null ? 0 : BrokerTest.refused(reason);
        Exception seen = assertThrows(Exception.class, () -> connect(server, properties));
        if (reason != null) {
            assertEquals(before + 1, BrokerTest.refused(reason), seen::toString);
        }
    }

    private static org.apache.kafka.common.config.types.Password password(String text) {
        return new org.apache.kafka.common.config.types.Password(text);
    }

    @Test
    void aClientRefusesAServerWithAnotherId() throws IOException {
        try (KafkaLoop server = server(broker)) {
            assertThrows(IOException.class, () -> connect(server, properties(alice)));
        }
    }

    @Test
    void refusesPlaintext() throws IOException {
        try (KafkaLoop server = server(broker); KafkaLoop.Raw client = server.accept()) {
            client.write(Bytes.join(Bytes.good(), KafkaLoop.framed(REQUEST)));
            assertEquals(ChannelState.State.AUTHENTICATION_FAILED, server.closed(client.id).state());
        }
    }

    @Test
    void readsTheFilesAgain() throws Exception {
        Path files = Files.createDirectory(root.resolve("rotated"));
        TestCa.replace(files, broker);
        try (KafkaLoop server = server(files)) {
            connect(server, properties(alice, BROKER));
            TestCa next = new TestCa(Files.createDirectory(root.resolve("next")));
            TestCa.replace(files, next.issue("EC", BROKER));
            Thread.sleep(1100); // the bound within which it looks
            assertEquals("User:" + Bytes.ID, connect(server, properties(next.issue("RSA", Bytes.ID), BROKER)));
            assertThrows(IOException.class, () -> connect(server, properties(alice, BROKER)), "the old root");
        }
    }

    /** The agent writes one file after the other. */
    @Test
    void keepsTheOldOnesWhileTheFilesDoNotFit() throws Exception {
        Path files = Files.createDirectory(root.resolve("half"));
        TestCa.replace(files, broker);
        try (KafkaLoop server = server(files)) {
            Files.write(files.resolve("key.pem"), Files.readAllBytes(alice.resolve("key.pem")));
            Thread.sleep(1100);
            assertEquals("User:" + Bytes.ID, connect(server, properties(alice, BROKER)));
        }
        assertThrows(Exception.class, () -> server(files), "nor does a node start with them");
    }

    @Test
    void readsEachFormOfAKey() throws Exception {
        String pkcs8 = Files.readString(broker.resolve("key.pem"));
        PrivateKey key = Pem.privateKey(pkcs8);
        assertEquals("RSA", key.getAlgorithm());
        assertEquals(key, Pem.privateKey(TestCa.pem("RSA PRIVATE KEY", TestCa.pkcs1(key.getEncoded()))));
        String sec1 = Files.readString(alice.resolve("key.pem"));
        assertEquals("EC", Pem.privateKey("-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + sec1).getAlgorithm());
        for (String broken : new String[] {
            "", "-----BEGIN ", "-----BEGIN PRIVATE KEY-----", "-----BEGIN PRIVATE KEY-----\nÄ\n-----END PRIVATE KEY-----",
            TestCa.pem("EC PRIVATE KEY", new byte[0]), TestCa.pem("EC PRIVATE KEY", new byte[] {0x30, (byte) 0x84, 1}),
            TestCa.pem("EC PRIVATE KEY", new byte[] {0x30, 9, 2}), TestCa.pem("RSA PRIVATE KEY", new byte[200]),
            TestCa.pem("CERTIFICATE", new byte[1]),
        }) {
            assertThrows(Exception.class, () -> Pem.privateKey(broken));
        }
    }

    /** Sends a request through a new connection, and returns whom the server sees. */
    private static String connect(KafkaLoop server, Map<String, Object> properties) throws IOException {
        try (KafkaLoop client = KafkaLoop.client(properties)) {
            client.selector.connect("s", new InetSocketAddress("localhost", server.port()), -1, -1);
            String id = server.register();
            for (int i = 0; i < 500 && !client.selector.isChannelReady("s"); i++) {
                client.selector.poll(2);
                server.selector.poll(2);
                failIfDisconnected(server, id);
                failIfDisconnected(client, "s");
            }
            client.selector.send(new NetworkSend("s", ByteBufferSend.sizePrefixed(ByteBuffer.wrap(REQUEST))));
            client.poll();
            NetworkReceive receive = server.receive(id);
            assertArrayEquals(REQUEST, Bytes.remaining(receive.payload()));
            String principal = server.channel(id).principal().toString();
            assertEquals(principal, server.channel(id).principal().toString());
            server.selector.close(id);
            return principal;
        }
    }

    private static void failIfDisconnected(KafkaLoop loop, String id) throws IOException {
        ChannelState state = loop.selector.disconnected().get(id);
        if (state != null) {
            throw new IOException("disconnected: " + state.state());
        }
    }
}
