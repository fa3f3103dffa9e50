package dev.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.network.ByteBufferSend;
import org.apache.kafka.common.network.ChannelState;
import org.apache.kafka.common.network.NetworkReceive;
import org.apache.kafka.common.network.NetworkSend;
import org.apache.kafka.common.network.Send;
import org.apache.kafka.common.network.TransferableChannel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The engine in the loop for which it is made: Kafka's own. */
class KafkaLoopTest {
    private static final byte[] HEADER = new SecondEncoder().client(Bytes.ID, Bytes.SECRET).encode();
    private static final byte[] REQUEST = Bytes.text("a request");

    private KafkaLoop server;

    @BeforeEach
    void start() throws IOException {
        server = KafkaLoop.server(TestGate.properties());
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void takesHeaderAndRequestSplitAtEachByte() throws IOException {
        byte[] bytes = Bytes.join(HEADER, KafkaLoop.framed(REQUEST));
        for (int cut = 1; cut < bytes.length; cut++) {
            try (KafkaLoop.Raw client = server.accept()) {
                client.write(bytes, 0, cut);
                server.poll();
                assertTrue(server.selector.disconnected().isEmpty(), "after " + cut + " bytes");
                client.write(bytes, cut, bytes.length);
                assertRequest(client.id, REQUEST);
                server.selector.close(client.id);
            }
        }
    }

    @Test
    void takesHeaderAndRequestByteByByte() throws IOException {
        byte[] bytes = Bytes.join(HEADER, KafkaLoop.framed(REQUEST));
        try (KafkaLoop.Raw client = server.accept()) {
            for (int at = 0; at < bytes.length - 1; at++) {
                client.write(bytes, at, at + 1);
                server.poll();
            }
            client.write(bytes, bytes.length - 1, bytes.length);
            assertRequest(client.id, REQUEST);
        }
    }

    /** Nothing more comes after the one segment, so nothing but the rest in the buffer can wake the selector. */
    @Test
    void takesHeaderAndSeveralRequestsInOneSegment() throws IOException {
        byte[] second = Bytes.text("another one");
        try (KafkaLoop.Raw client = server.accept()) {
            client.write(Bytes.join(HEADER, KafkaLoop.framed(REQUEST), KafkaLoop.framed(second)));
            assertRequest(client.id, REQUEST);
            assertRequest(client.id, second);
        }
    }

    @Test
    void takesTheLongestHeaderInPieces() throws IOException {
        byte[] longest = new SecondEncoder().client(Bytes.ID, Bytes.SECRET)
            .tlv(0x04, new byte[ProxyV2.LONGEST - HEADER.length - ProxyV2.TLV_LENGTH]).encode();
        byte[] bytes = Bytes.join(longest, KafkaLoop.framed(REQUEST));
        for (int cut : new int[] {1, 16, 2048, 4095, 4096, 4097}) {
            try (KafkaLoop.Raw client = server.accept()) {
                client.write(bytes, 0, cut);
                server.poll();
                client.write(bytes, cut, bytes.length);
                assertRequest(client.id, REQUEST);
            }
        }
    }

    static Stream<Malformed.Case> malformed() {
        return Malformed.cases();
    }

    /** Kafka must see a failed authentication: it neither retries nor waits then, and counts it. */
    @ParameterizedTest
    @MethodSource("malformed")
    void refuses(Malformed.Case bad) throws IOException {
        try (KafkaLoop.Raw client = server.accept()) {
            client.write(Bytes.join(bad.bytes(), KafkaLoop.framed(REQUEST)));
            ChannelState state = server.closed(client.id);
            assertEquals(ChannelState.State.AUTHENTICATION_FAILED, state.state());
            Refusal refusal = assertInstanceOf(Refusal.class,
                assertInstanceOf(SslAuthenticationException.class, state.exception()).getCause());
            assertEquals(bad.reason(), refusal.reason());
            assertTrue(server.selector.completedReceives().isEmpty());
            assertEquals(-1, client.channel.read(ByteBuffer.allocate(1)), "the connection is closed, and nothing was written");
        }
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void refusesByteByByte(Malformed.Case bad) throws IOException {
        try (KafkaLoop.Raw client = server.accept()) {
            for (byte each : Bytes.head(bad.bytes(), Math.min(bad.bytes().length, 300))) {
                try {
                    client.write(new byte[] {each});
                } catch (IOException closed) {
                    break;
                }
                server.poll();
                if (server.selector.disconnected().containsKey(client.id)) {
                    return;
                }
            }
            client.write(Bytes.head(bad.bytes(), bad.bytes().length), Math.min(bad.bytes().length, 300), bad.bytes().length);
            assertEquals(ChannelState.State.AUTHENTICATION_FAILED, server.closed(client.id).state());
        }
    }

    @Test
    void aClientsOwnHeaderBehindTheProxysIsPayload() throws IOException {
        byte[] forged = new SecondEncoder().client("spiffe://cluster.local/ns/kafka/sa/kafka", Bytes.SECRET).encode();
        try (KafkaLoop.Raw client = server.accept()) {
            client.write(Bytes.join(HEADER, KafkaLoop.framed(REQUEST), forged));
            assertEquals("User:" + Bytes.ID, assertRequest(client.id, REQUEST));
            // Its first four bytes are the length of a request that is too long.
            assertEquals(ChannelState.State.READY, server.closed(client.id).state());
            assertTrue(server.selector.completedReceives().isEmpty());
        }
    }

    @Test
    void anEndDuringTheHeaderIsNoAuthentication() throws IOException {
        for (int length : new int[] {0, 1, 16, HEADER.length - 1}) {
            KafkaLoop.Raw client = server.accept();
            client.write(HEADER, 0, length);
            client.close();
            assertNotEquals(ChannelState.State.AUTHENTICATION_FAILED, server.closed(client.id).state());
        }
    }

    @Test
    void movesMuchDataBothWays() throws IOException {
        byte[] much = new byte[3_000_000];
        new Random(1).nextBytes(much);
        try (KafkaLoop.Raw client = server.accept()) {
            Thread writer = new Thread(() -> {
                try {
                    client.write(Bytes.join(HEADER, KafkaLoop.framed(much)));
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            writer.start();
            assertRequest(client.id, much);
            assertSent(client, much, new NetworkSend(client.id, ByteBufferSend.sizePrefixed(ByteBuffer.wrap(much))));
        }
    }

    /** As a broker sends records to consumers. */
    @Test
    void sendsFiles(@TempDir Path directory) throws IOException {
        byte[] much = new byte[3_000_000];
        new Random(2).nextBytes(much);
        Path file = Files.write(directory.resolve("records"), KafkaLoop.framed(much));
        try (FileChannel records = FileChannel.open(file); KafkaLoop.Raw client = server.accept()) {
            client.write(Bytes.join(HEADER, KafkaLoop.framed(REQUEST)));
            assertRequest(client.id, REQUEST);
            assertSent(client, much, new NetworkSend(client.id, new FileSend(records, records.size())));
        }
    }

    private record FileSend(FileChannel file, long size, long[] sent) implements Send {
        FileSend(FileChannel file, long size) {
            this(file, size, new long[1]);
        }

        @Override
        public boolean completed() {
            return sent[0] == size;
        }

        @Override
        public long writeTo(TransferableChannel channel) throws IOException {
            long written = channel.transferFrom(file, sent[0], size - sent[0]);
            sent[0] += written;
            return written;
        }
    }

    private void assertSent(KafkaLoop.Raw client, byte[] expected, NetworkSend send) throws IOException {
        client.channel.configureBlocking(false);
        server.selector.send(send);
        ByteBuffer read = ByteBuffer.allocate(expected.length + 4);
        for (int i = 0; i < 100_000 && read.hasRemaining(); i++) {
            server.selector.poll(client.channel.read(read) > 0 ? 0 : 1);
        }
        read.flip();
        assertEquals(expected.length, read.getInt());
        assertArrayEquals(expected, Bytes.remaining(read));
    }

    @Test
    void aNodeTalksToItself() throws IOException {
        try (KafkaLoop client = KafkaLoop.client(TestGate.properties())) {
            client.selector.connect("s", new InetSocketAddress("localhost", server.port()), -1, -1);
            String id = server.register();
            for (int i = 0; i < 100 && !client.selector.isChannelReady("s"); i++) {
                client.selector.poll(10);
            }
            client.selector.send(new NetworkSend("s", ByteBufferSend.sizePrefixed(ByteBuffer.wrap(REQUEST))));
            client.poll();
            assertEquals("User:spiffe://cluster.local/ns/kafka/sa/kafka", assertRequest(id, REQUEST));

            server.selector.send(new NetworkSend(id, ByteBufferSend.sizePrefixed(ByteBuffer.wrap(REQUEST))));
            server.poll();
            assertArrayEquals(REQUEST, Bytes.remaining(client.receive("s").payload()));
        }
    }

    @Test
    void aNodeWithoutAnIdOfItsOwnIsRefusedByItself() throws IOException {
        Map<String, Object> properties = TestGate.properties();
        properties.remove("sluice.identity.self");
        try (KafkaLoop client = KafkaLoop.client(properties)) {
            client.selector.connect("s", new InetSocketAddress("localhost", server.port()), -1, -1);
            String id = server.register();
            for (int i = 0; i < 100 && !client.selector.isChannelReady("s"); i++) {
                client.selector.poll(10);
            }
            client.selector.send(new NetworkSend("s", ByteBufferSend.sizePrefixed(ByteBuffer.wrap(REQUEST))));
            client.poll();
            assertEquals(ChannelState.State.AUTHENTICATION_FAILED, server.closed(id).state());
        }
    }

    /** Between two proxies a broker's own connections have to look like anybody's. */
    @Test
    void aClientOfAnotherNodeAddsNothing() {
        MeshIdentitySslEngineFactory factory = new MeshIdentitySslEngineFactory();
        factory.configure(TestGate.properties());
        ClientEngine engine = (ClientEngine) factory.createClientSslEngine("192.0.2.1", 9092, "");
        assertEquals(javax.net.ssl.SSLEngineResult.HandshakeStatus.NEED_UNWRAP, engine.getHandshakeStatus());
        factory.close();
    }

    @Test
    void doesNotStartWithoutASecret(@TempDir Path empty) {
        Map<String, Object> properties = TestGate.properties();
        properties.put("sluice.identity.secret.directory", empty.toString());
        Throwable e = assertThrows(Exception.class, () -> KafkaLoop.server(properties));
        assertTrue(e.getMessage().contains("sluice.identity.secret.directory"), e.getMessage());
    }

    @Test
    void needsNoPrincipalBuilderOfOurs() throws IOException {
        Map<String, Object> properties = TestGate.properties();
        properties.put("principal.builder.class", org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder.class);
        try (KafkaLoop other = KafkaLoop.server(properties); KafkaLoop.Raw client = other.accept()) {
            client.write(Bytes.join(HEADER, KafkaLoop.framed(REQUEST)));
            other.receive(client.id);
            assertEquals("User:" + Bytes.ID, other.channel(client.id).principal().toString());
        }
    }

    private String assertRequest(String id, byte[] expected) throws IOException {
        NetworkReceive receive = server.receive(id);
        assertArrayEquals(expected, Bytes.remaining(receive.payload()));
        assertNull(server.selector.disconnected().get(id));
        assertFalse(server.channel(id).principal().toString().contains("ANONYMOUS"));
        return server.channel(id).principal().toString();
    }
}
