package dev.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EngineTest {
    private static final byte[] DATA = Bytes.text("the first request");

    private final AtomicLong clock = new AtomicLong(7);
    private final List<Refusal> refused = new ArrayList<>();
    private int accepted;

    private final Witness witness = new Witness() {
        @Override
        public void accepted() {
            accepted++;
        }

        @Override
        public void refused(Refusal refusal, String peerHost) {
            assertEquals("127.0.0.6", peerHost);
            refused.add(refusal);
        }
    };

    private ServerEngine server() {
        IdentityConfig config = IdentityConfig.read(TestGate.properties());
        return new ServerEngine("127.0.0.6", 40000, config, TestGate.gate(), witness, clock::get);
    }

    @Test
    void takesAHeaderInTwoPiecesSplitAtEachByte() throws SSLException {
        byte[] bytes = Bytes.join(new SecondEncoder().client(Bytes.ID, Bytes.SECRET).encode(), DATA);
        int header = bytes.length - DATA.length;
        for (int cut = 0; cut < bytes.length; cut++) {
            ServerEngine engine = server();
            ByteBuffer application = ByteBuffer.allocate(8192);
            ByteBuffer first = ByteBuffer.wrap(bytes, 0, cut);
            SSLEngineResult result = engine.unwrap(first, application);
            if (cut < header) {
                assertResult(Status.BUFFER_UNDERFLOW, HandshakeStatus.NEED_UNWRAP, 0, 0, result);
                assertEquals(0, first.position());
                assertEquals(HandshakeStatus.NEED_UNWRAP, engine.getHandshakeStatus());
                result = engine.unwrap(ByteBuffer.wrap(bytes), application);
            }
            assertResult(Status.OK, HandshakeStatus.FINISHED, header, 0, result);
            assertEquals(HandshakeStatus.NOT_HANDSHAKING, engine.getHandshakeStatus());
            assertEquals(0, application.position());
            ByteBuffer rest = ByteBuffer.wrap(bytes, header, DATA.length);
            assertResult(Status.OK, HandshakeStatus.NOT_HANDSHAKING, DATA.length, DATA.length, engine.unwrap(rest, application));
            assertArrayEquals(DATA, Bytes.remaining(application.flip()));
            assertEquals(Bytes.ID, engine.getSession().getPeerPrincipal().getName());
        }
        assertEquals(bytes.length, accepted);
    }

    static java.util.stream.Stream<Malformed.Case> malformed() {
        return Malformed.cases();
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void refusesOnceAndForGood(Malformed.Case bad) {
        ServerEngine engine = server();
        ByteBuffer application = ByteBuffer.allocate(8192);
        SSLHandshakeException first = assertThrows(SSLHandshakeException.class,
            () -> engine.unwrap(ByteBuffer.wrap(bad.bytes()), application));
        SSLHandshakeException second = assertThrows(SSLHandshakeException.class,
            () -> engine.unwrap(ByteBuffer.wrap(Bytes.good()), application));
        assertSame(first, second);
        assertEquals(1, refused.size());
        assertEquals(bad.reason(), refused.get(0).reason());
        assertEquals(0, accepted);
        assertNotEquals(HandshakeStatus.NOT_HANDSHAKING, engine.getHandshakeStatus());
        assertThrows(IllegalStateException.class, () -> engine.getSession().getPeerPrincipal());
        assertThrows(SSLException.class, () -> engine.wrap(ByteBuffer.wrap(DATA), ByteBuffer.allocate(8192)));
    }

    @Test
    void refusesAHeaderThatDrips() throws SSLException {
        ServerEngine engine = server();
        ByteBuffer application = ByteBuffer.allocate(8192);
        engine.unwrap(ByteBuffer.wrap(Bytes.head(Bytes.good(), 20)), application);
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(10_000));
        engine.unwrap(ByteBuffer.wrap(Bytes.head(Bytes.good(), 21)), application);
        clock.addAndGet(1);
        assertThrows(SSLHandshakeException.class, () -> engine.unwrap(ByteBuffer.wrap(Bytes.head(Bytes.good(), 22)), application));
        assertEquals(Reason.TOO_SLOW, refused.get(0).reason());
    }

    @Test
    void takesAWholeHeaderFromABrokerThatWasBusy() throws SSLException {
        ServerEngine engine = server();
        clock.addAndGet(TimeUnit.MINUTES.toNanos(5));
        assertEquals(HandshakeStatus.FINISHED,
            engine.unwrap(ByteBuffer.wrap(Bytes.good()), ByteBuffer.allocate(8192)).getHandshakeStatus());
    }

    /** What SslTransportLayer would turn into ANONYMOUS, or into a wait for messages that never come. */
    @Test
    void neverSaysWhatKafkaMistakes() throws SSLException {
        ServerEngine engine = server();
        assertThrows(IllegalStateException.class, () -> engine.getSession().getPeerPrincipal());
        engine.unwrap(ByteBuffer.wrap(Bytes.good()), ByteBuffer.allocate(8192));
        assertNotEquals("TLSv1.3", engine.getSession().getProtocol());
        assertNotNull(engine.getSession().getCipherSuite());
        assertThrows(SSLPeerUnverifiedException.class, () -> engine.getSession().getPeerCertificates());
    }

    @Test
    void closes() throws SSLException {
        ServerEngine engine = open();
        engine.closeOutbound();
        assertTrue(engine.isOutboundDone());
        assertResult(Status.CLOSED, HandshakeStatus.NOT_HANDSHAKING, 0, 0, engine.wrap(ByteBuffer.allocate(0), ByteBuffer.allocate(9)));
        assertFalse(engine.isInboundDone());
        engine.closeInbound();
        assertEquals(Status.CLOSED, engine.unwrap(ByteBuffer.wrap(DATA), ByteBuffer.allocate(8192)).getStatus());
    }

    /** Kafka closes a channel also before its handshake, and wants to hear CLOSED. */
    @Test
    void closesBeforeTheHeader() throws SSLException {
        ServerEngine engine = server();
        engine.closeOutbound();
        assertEquals(Status.CLOSED, engine.wrap(ByteBuffer.allocate(0), ByteBuffer.allocate(9)).getStatus());
    }

    @Test
    void aClientHasNothingToSay() throws SSLException {
        ClientEngine engine = new ClientEngine("b1.kafka", 9092, 32768, null);
        assertEquals(HandshakeStatus.NEED_UNWRAP, engine.getHandshakeStatus());
        assertResult(Status.OK, HandshakeStatus.FINISHED, 0, 0, engine.unwrap(ByteBuffer.allocate(0), ByteBuffer.allocate(8192)));
        assertEquals(HandshakeStatus.NOT_HANDSHAKING, engine.getHandshakeStatus());
        assertThrows(SSLPeerUnverifiedException.class, () -> engine.getSession().getPeerPrincipal());
    }

    @Test
    void aClientOfItsOwnNodeSaysWhoItIs() throws SSLException {
        byte[] header = HeaderWriter.write(SpiffeId.parse("spiffe://cluster.local/ns/kafka/sa/kafka"), Bytes.text(Bytes.SECRET));
        ClientEngine client = new ClientEngine("127.0.0.1", 9092, 32768, header);
        assertEquals(HandshakeStatus.NEED_WRAP, client.getHandshakeStatus());
        ByteBuffer wire = ByteBuffer.allocate(8192);
        assertEquals(Status.BUFFER_OVERFLOW, client.wrap(ByteBuffer.allocate(0), ByteBuffer.allocate(9)).getStatus());
        assertResult(Status.OK, HandshakeStatus.NEED_UNWRAP, 0, header.length, client.wrap(ByteBuffer.allocate(0), wire));
        assertResult(Status.OK, HandshakeStatus.FINISHED, 0, 0, client.unwrap(ByteBuffer.allocate(0), ByteBuffer.allocate(8192)));
        ServerEngine server = server();
        wire.flip();
        assertEquals(HandshakeStatus.FINISHED, server.unwrap(wire, ByteBuffer.allocate(8192)).getHandshakeStatus());
        assertFalse(wire.hasRemaining());
        assertEquals("spiffe://cluster.local/ns/kafka/sa/kafka", server.getSession().getPeerPrincipal().getName());
    }

    @Test
    void buffersBeginSmallAndGrowWithTheData() throws SSLException {
        ServerEngine engine = open();
        assertEquals(8192, engine.getSession().getPacketBufferSize());
        assertEquals(8192, engine.getSession().getApplicationBufferSize());

        // A chunk of a file does not fit: the next answer is for the buffer to the socket, and only for that.
        ByteBuffer chunk = ByteBuffer.allocateDirect(32768);
        assertResult(Status.BUFFER_OVERFLOW, HandshakeStatus.NOT_HANDSHAKING, 0, 0, engine.wrap(chunk, ByteBuffer.allocate(8192)));
        assertEquals(32768, engine.getSession().getPacketBufferSize());
        assertResult(Status.OK, HandshakeStatus.NOT_HANDSHAKING, 32768, 32768, engine.wrap(chunk, ByteBuffer.allocate(32768)));
        assertEquals(8192, engine.getSession().getPacketBufferSize());

        // A full buffer from the socket: both sides of the reading may grow.
        ByteBuffer full = ByteBuffer.allocate(8192);
        assertEquals(8192, engine.unwrap(full, ByteBuffer.allocate(8192)).bytesConsumed());
        assertEquals(32768, engine.getSession().getPacketBufferSize());
        assertEquals(32768, engine.getSession().getApplicationBufferSize());
        assertResult(Status.BUFFER_OVERFLOW, HandshakeStatus.NOT_HANDSHAKING, 0, 0,
            engine.unwrap(ByteBuffer.allocate(32768), ByteBuffer.allocate(8192)));
        assertEquals(32768, engine.unwrap(ByteBuffer.allocate(32768), ByteBuffer.allocate(32768)).bytesConsumed());
    }

    @Test
    void writesMoreThanTheLargestBufferInParts() throws SSLException {
        ServerEngine engine = open();
        ByteBuffer large = ByteBuffer.allocate(100_000);
        assertResult(Status.OK, HandshakeStatus.NOT_HANDSHAKING, 32768, 32768, engine.wrap(large, ByteBuffer.allocate(32768)));
        assertEquals(32768, large.position());
        assertEquals(100_000, large.limit());
    }

    @Test
    void scattersAndGathers() throws SSLException {
        ServerEngine engine = open();
        ByteBuffer target = ByteBuffer.allocate(8192);
        ByteBuffer[] parts = {ByteBuffer.wrap(Bytes.text("ab")), ByteBuffer.allocate(0), ByteBuffer.wrap(Bytes.text("cd"))};
        assertEquals(4, engine.wrap(parts, 0, 3, target).bytesProduced());
        assertArrayEquals(Bytes.text("abcd"), Bytes.remaining(target.flip()));
    }

    @Test
    void theLargestBufferIsConfigured() throws SSLException {
        Map<String, Object> properties = TestGate.properties();
        properties.put("sluice.identity.buffer.bytes", "65536");
        ServerEngine engine = new ServerEngine("127.0.0.6", 1, IdentityConfig.read(properties), TestGate.gate(), witness, clock::get);
        engine.unwrap(ByteBuffer.wrap(Bytes.good()), ByteBuffer.allocate(8192));
        engine.unwrap(ByteBuffer.allocate(8192), ByteBuffer.allocate(8192));
        assertEquals(65536, engine.getSession().getPacketBufferSize());
    }

    private ServerEngine open() throws SSLException {
        ServerEngine engine = server();
        engine.unwrap(ByteBuffer.wrap(Bytes.good()), ByteBuffer.allocate(8192));
        return engine;
    }

    private static void assertResult(Status status, HandshakeStatus handshake, int consumed, int produced, SSLEngineResult result) {
        assertEquals(status, result.getStatus());
        assertEquals(handshake, result.getHandshakeStatus());
        assertEquals(consumed, result.bytesConsumed());
        assertEquals(produced, result.bytesProduced());
    }
}
