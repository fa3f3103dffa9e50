package dev.sluice.kafka;

import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;
import javax.net.ssl.SSLException;

/**
 * The broker's side: its handshake is the header that the proxy writes. There is no way around it.
 *
 * <p>The engine is asked only when bytes arrive. So the time limit ends a connection at the first byte after
 * it; one that stays silent has no buffers yet and is closed by connections.max.idle.ms, as with Kafka's
 * own TLS.
 */
final class ServerEngine extends PassThroughEngine {
    private final Gate gate;
    private final Witness witness;
    private final LongSupplier clock;
    private final long limitNanos;
    private final long createdAt;
    private Refusal refusal;

    ServerEngine(String peerHost, int peerPort, IdentityConfig config, Gate gate, Witness witness, LongSupplier nanoClock) {
        super(peerHost, peerPort, true, config.bufferBytes());
        this.gate = gate;
        this.witness = witness;
        this.clock = nanoClock;
        this.limitNanos = TimeUnit.MILLISECONDS.toNanos(config.headerTimeoutMillis());
        this.createdAt = nanoClock.getAsLong();
    }

    @Override
    HandshakeStatus waitingFor() {
        return HandshakeStatus.NEED_UNWRAP;
    }

    @Override
    SSLEngineResult handshakeUnwrap(ByteBuffer source) throws SSLException {
        if (refusal != null) {
            throw refusal;
        }
        try {
            Header header = HeaderReader.read(source);
            if (header == null) {
                checkTime();
                return new SSLEngineResult(Status.BUFFER_UNDERFLOW, HandshakeStatus.NEED_UNWRAP, 0, 0);
            }
            session().authenticated(gate.admit(header));
            source.position(source.position() + header.length());
            witness.accepted();
            return finish(header.length(), 0);
        } catch (Refusal e) {
            refusal = e;
            witness.refused(e, getPeerHost());
            throw e;
        }
    }

    private void checkTime() throws Refusal {
        if (clock.getAsLong() - createdAt > limitNanos) {
            throw Refusal.of(Reason.TOO_SLOW, TimeUnit.NANOSECONDS.toMillis(limitNanos) + " ms");
        }
    }

    @Override
    SSLEngineResult handshakeWrap(ByteBuffer target) throws SSLException {
        throw new SSLException("nothing may be written before the proxy has said who the client is");
    }

    @Override
    public boolean getUseClientMode() {
        return false;
    }

    @Override
    public boolean getNeedClientAuth() {
        return true;
    }
}
