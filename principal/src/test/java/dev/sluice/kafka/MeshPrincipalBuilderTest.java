package dev.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.apache.kafka.common.security.auth.AuthenticationContext;
import org.apache.kafka.common.security.auth.KafkaPrincipal;
import org.apache.kafka.common.security.auth.PlaintextAuthenticationContext;
import org.apache.kafka.common.security.auth.SslAuthenticationContext;
import org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder;
import org.junit.jupiter.api.Test;

class MeshPrincipalBuilderTest {
    private final MeshPrincipalBuilder builder = new MeshPrincipalBuilder();

    @Test
    void returnsTheSamePrincipalWithEachRequest() throws Exception {
        AuthenticationContext context = ssl(open().getSession());
        KafkaPrincipal principal = builder.build(context);
        assertEquals("User:" + Bytes.ID, principal.toString());
        assertSame(principal, builder.build(context));
    }

    @Test
    void refusesPlaintext() {
        IllegalStateException e = assertThrows(IllegalStateException.class,
            () -> builder.build(new PlaintextAuthenticationContext(InetAddress.getLoopbackAddress(), "PLAIN")));
        assertTrue(e.getMessage().contains("Listener PLAIN has the security protocol PLAINTEXT"), e.getMessage());
    }

    @Test
    void refusesTlsThatIsNotOurs() throws Exception {
        SSLEngine other = SSLContext.getDefault().createSSLEngine();
        IllegalStateException e = assertThrows(IllegalStateException.class, () -> builder.build(ssl(other.getSession())));
        assertTrue(e.getMessage().contains("has no proof of who the client is"), e.getMessage());
    }

    @Test
    void refusesBeforeTheHandshakeIsOver() {
        SSLEngine engine = server();
        assertThrows(IllegalStateException.class, () -> builder.build(ssl(engine.getSession())));
    }

    /** What brokers send to controllers, and back, with whichever builder at the other end. */
    @Test
    void speaksWithKafkasOwnBuilder() {
        DefaultKafkaPrincipalBuilder other = new DefaultKafkaPrincipalBuilder(null, null);
        KafkaPrincipal principal = new KafkaPrincipal("User", Bytes.ID, true);
        assertEquals(principal, other.deserialize(builder.serialize(principal)));
        assertEquals(principal, builder.deserialize(other.serialize(principal)));
        assertTrue(builder.deserialize(other.serialize(principal)).tokenAuthenticated());
        assertThrows(RuntimeException.class, () -> builder.deserialize(new byte[] {9, 9, 9}));
    }

    private static SSLEngine server() {
        IdentityConfig config = IdentityConfig.read(TestGate.properties());
        return new ServerEngine("127.0.0.6", 1, config, TestGate.gate(config), Witness.NONE, System::nanoTime);
    }

    private static SSLEngine open() throws Exception {
        SSLEngine engine = server();
        engine.unwrap(ByteBuffer.wrap(Bytes.good()), ByteBuffer.allocate(8192));
        return engine;
    }

    private static AuthenticationContext ssl(SSLSession session) throws Exception {
        return new SslAuthenticationContext(session, InetAddress.getByName("127.0.0.6"), "MESH");
    }
}
