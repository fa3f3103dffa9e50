package dev.sluice.kafka;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;

/**
 * An engine that passes bytes on as they are, once its handshake is over. What the handshake is, its
 * subclasses say.
 *
 * <p>It is made for the loops in Kafka's SslTransportLayer, which is why every answer is one of few:
 *
 * <ul>
 *   <li>FINISHED stands in one result only, the last of the handshake; Kafka looks for it there.
 *   <li>During the handshake a lack of bytes is BUFFER_UNDERFLOW. OK with NEED_UNWRAP would make Kafka unwrap
 *       the same bytes for ever.
 *   <li>Afterwards BUFFER_OVERFLOW is said only of a buffer that will grow when Kafka asks for its size anew;
 *       of a full one of full size Kafka would make an exception. See {@link Buffers}.
 *   <li>Copying a part of the bytes is fine: Kafka goes by the counts.
 * </ul>
 *
 * <p>Used by one thread at a time, as every SSLEngine.
 */
abstract class PassThroughEngine extends SSLEngine {
    private final MeshSession session;
    private final Buffers buffers;
    private boolean open;
    private boolean inboundDone;
    private boolean outboundDone;

    PassThroughEngine(String peerHost, int peerPort, boolean server, int bufferBytes) {
        super(peerHost, peerPort);
        this.buffers = new Buffers(bufferBytes);
        this.session = new MeshSession(peerHost, peerPort, server, buffers);
    }

    /** What the handshake waits for. */
    abstract HandshakeStatus waitingFor();

    /** Takes the peer's part of the handshake from the bytes; says {@link #finish} when it is over. */
    abstract SSLEngineResult handshakeUnwrap(ByteBuffer source) throws SSLException;

    /** Writes this side's part of the handshake. */
    abstract SSLEngineResult handshakeWrap(ByteBuffer target) throws SSLException;

    final MeshSession session() {
        return session;
    }

    /** Ends the handshake. */
    final SSLEngineResult finish(int consumed, int produced) {
        open = true;
        return new SSLEngineResult(Status.OK, HandshakeStatus.FINISHED, consumed, produced);
    }

    @Override
    public final void beginHandshake() {
        // It begins with the first byte.
    }

    @Override
    public final HandshakeStatus getHandshakeStatus() {
        return open || inboundDone && outboundDone ? HandshakeStatus.NOT_HANDSHAKING : waitingFor();
    }

    @Override
    public final SSLEngineResult unwrap(ByteBuffer source, ByteBuffer[] targets, int offset, int length) throws SSLException {
        if (inboundDone) {
            return result(Status.CLOSED, 0, 0);
        }
        if (!open) {
            return handshakeUnwrap(source);
        }
        if (!source.hasRemaining()) {
            return result(Status.BUFFER_UNDERFLOW, 0, 0);
        }
        buffers.sawRead(source);
        int copied = 0;
        for (int i = offset; i < offset + length && source.hasRemaining(); i++) {
            if (buffers.tooSmallToRead(source, targets[i])) {
                break;
            }
            copied += copy(source, targets[i]);
        }
        return result(copied == 0 ? Status.BUFFER_OVERFLOW : Status.OK, copied, copied);
    }

    @Override
    public final SSLEngineResult wrap(ByteBuffer[] sources, int offset, int length, ByteBuffer target) throws SSLException {
        if (outboundDone) {
            return result(Status.CLOSED, 0, 0);
        }
        if (!open) {
            return handshakeWrap(target);
        }
        if (buffers.tooSmallToWrite(remaining(sources, offset, length), target)) {
            return result(Status.BUFFER_OVERFLOW, 0, 0);
        }
        int copied = 0;
        for (int i = offset; i < offset + length && target.hasRemaining(); i++) {
            copied += copy(sources[i], target);
        }
        boolean stuck = copied == 0 && remaining(sources, offset, length) > 0;
        return result(stuck ? Status.BUFFER_OVERFLOW : Status.OK, copied, copied);
    }

    private static int remaining(ByteBuffer[] sources, int offset, int length) {
        long bytes = 0;
        for (int i = offset; i < offset + length; i++) {
            bytes += sources[i].remaining();
        }
        return (int) Math.min(bytes, Integer.MAX_VALUE);
    }

    private static int copy(ByteBuffer source, ByteBuffer target) {
        int bytes = Math.min(source.remaining(), target.remaining());
        if (bytes == source.remaining()) {
            target.put(source);
            return bytes;
        }
        int limit = source.limit();
        source.limit(source.position() + bytes);
        target.put(source);
        source.limit(limit);
        return bytes;
    }

    private SSLEngineResult result(Status status, int consumed, int produced) {
        return new SSLEngineResult(status, getHandshakeStatus(), consumed, produced);
    }

    /** There is no closing message on the wire: the end of the stream is the end. */
    @Override
    public final void closeInbound() {
        inboundDone = true;
    }

    @Override
    public final void closeOutbound() {
        outboundDone = true;
    }

    @Override
    public final boolean isInboundDone() {
        return inboundDone;
    }

    @Override
    public final boolean isOutboundDone() {
        return outboundDone;
    }

    @Override
    public final SSLSession getSession() {
        return session;
    }

    @Override
    public final Runnable getDelegatedTask() {
        return null;
    }

    @Override
    public final String[] getSupportedCipherSuites() {
        return new String[] {MeshSession.CIPHER};
    }

    @Override
    public final String[] getEnabledCipherSuites() {
        return getSupportedCipherSuites();
    }

    @Override
    public final String[] getSupportedProtocols() {
        return new String[] {MeshSession.PROTOCOL};
    }

    @Override
    public final String[] getEnabledProtocols() {
        return getSupportedProtocols();
    }

    /** The proxy decides on ciphers, protocols and whether a client needs a certificate; here nothing can be set. */
    @Override
    public final void setEnabledCipherSuites(String[] suites) {}

    @Override
    public final void setEnabledProtocols(String[] protocols) {}

    @Override
    public final void setSSLParameters(SSLParameters parameters) {}

    @Override
    public final void setUseClientMode(boolean mode) {}

    @Override
    public final void setNeedClientAuth(boolean need) {}

    @Override
    public final void setWantClientAuth(boolean want) {}

    @Override
    public final void setEnableSessionCreation(boolean flag) {}

    @Override
    public final boolean getWantClientAuth() {
        return false;
    }

    @Override
    public final boolean getEnableSessionCreation() {
        return true;
    }
}
