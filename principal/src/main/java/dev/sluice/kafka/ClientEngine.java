package dev.sluice.kafka;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;

/**
 * The side that connects. Mostly it has nothing to say, because the proxies speak for both ends; to itself a
 * node says who it is by the header that no proxy will write.
 */
final class ClientEngine extends PassThroughEngine {
    private byte[] header; // what is yet to be written, or null

    /**
     * An engine that first writes the header, if there is one.
     *
     * @param header null if the proxies speak
     */
    ClientEngine(String peerHost, int peerPort, int bufferBytes, byte[] header) {
        super(peerHost, peerPort, false, bufferBytes);
        this.header = header;
    }

    @Override
    HandshakeStatus waitingFor() {
        return header == null ? HandshakeStatus.NEED_UNWRAP : HandshakeStatus.NEED_WRAP;
    }

    /**
     * Ends the handshake without a byte. It has to end here, and not with the header: Kafka's buffer for
     * reading has no room until it was unwrapped once. It also costs no further poll.
     */
    @Override
    SSLEngineResult handshakeUnwrap(ByteBuffer source) {
        if (header == null) {
            return finish(0, 0);
        }
        return new SSLEngineResult(Status.OK, HandshakeStatus.NEED_WRAP, 0, 0);
    }

    @Override
    SSLEngineResult handshakeWrap(ByteBuffer target) {
        int length = header == null ? 0 : header.length;
        if (target.remaining() < length) {
            return new SSLEngineResult(Status.BUFFER_OVERFLOW, HandshakeStatus.NEED_WRAP, 0, 0);
        }
        if (header != null) {
            target.put(header);
            header = null;
        }
        return new SSLEngineResult(Status.OK, HandshakeStatus.NEED_UNWRAP, 0, length);
    }

    @Override
    public boolean getUseClientMode() {
        return true;
    }

    @Override
    public boolean getNeedClientAuth() {
        return false;
    }
}
