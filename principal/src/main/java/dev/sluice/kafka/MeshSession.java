package dev.sluice.kafka;

import java.security.Principal;
import java.security.cert.Certificate;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSessionContext;

/**
 * The session of a connection that the proxy has secured. Used by one network thread, as an SSLEngine is.
 *
 * <p>The protocol must not be TLSv1.3, or Kafka waits for messages after the handshake. Cipher and protocol
 * become tags of Kafka's metrics.
 */
final class MeshSession implements SSLSession {
    static final String PROTOCOL = "PROXYv2";
    static final String CIPHER = "SIDECAR";

    private final String peerHost;
    private final int peerPort;
    private final boolean server;
    private final Buffers buffers;
    private final long createdAt = System.currentTimeMillis();
    private final Map<String, Object> values = new HashMap<>();
    private MeshPrincipal peer;

    MeshSession(String peerHost, int peerPort, boolean server, Buffers buffers) {
        this.peerHost = peerHost;
        this.peerPort = peerPort;
        this.server = server;
        this.buffers = buffers;
    }

    void authenticated(MeshPrincipal principal) {
        peer = principal;
    }

    /**
     * Returns the client, a {@link MeshPrincipal}, on a server.
     *
     * @throws SSLPeerUnverifiedException on a client only, where Kafka uses it for a log line. On a server
     *     Kafka would make ANONYMOUS of this exception, so there it is an IllegalStateException.
     */
    @Override
    public Principal getPeerPrincipal() throws SSLPeerUnverifiedException {
        if (peer != null) {
            return peer;
        }
        if (server) {
            throw new IllegalStateException("the proxy has not said yet who the client is");
        }
        throw new SSLPeerUnverifiedException("the proxy verifies the server");
    }

    @Override
    public Principal getLocalPrincipal() {
        return null;
    }

    @Override
    public Certificate[] getPeerCertificates() throws SSLPeerUnverifiedException {
        throw new SSLPeerUnverifiedException("the proxy has the certificates");
    }

    @Override
    public Certificate[] getLocalCertificates() {
        return null;
    }

    @Override
    @SuppressWarnings({"deprecation", "removal"}) // Java 8 has no default for it
    public javax.security.cert.X509Certificate[] getPeerCertificateChain() throws SSLPeerUnverifiedException {
        throw new SSLPeerUnverifiedException("the proxy has the certificates");
    }

    @Override
    public int getPacketBufferSize() {
        return buffers.packet();
    }

    @Override
    public int getApplicationBufferSize() {
        return buffers.application();
    }

    @Override
    public String getProtocol() {
        return PROTOCOL;
    }

    @Override
    public String getCipherSuite() {
        return CIPHER;
    }

    @Override
    public String getPeerHost() {
        return peerHost;
    }

    @Override
    public int getPeerPort() {
        return peerPort;
    }

    @Override
    public byte[] getId() {
        return new byte[0];
    }

    @Override
    public SSLSessionContext getSessionContext() {
        return null;
    }

    @Override
    public long getCreationTime() {
        return createdAt;
    }

    @Override
    public long getLastAccessedTime() {
        return createdAt;
    }

    /** There is nothing to resume. */
    @Override
    public void invalidate() {}

    @Override
    public boolean isValid() {
        return false;
    }

    @Override
    public void putValue(String name, Object value) {
        values.put(name, value);
    }

    @Override
    public Object getValue(String name) {
        return values.get(name);
    }

    @Override
    public void removeValue(String name) {
        values.remove(name);
    }

    @Override
    public String[] getValueNames() {
        return values.keySet().toArray(new String[0]);
    }
}
