package dev.sluice.kafka;

import javax.net.ssl.SSLHandshakeException;

/**
 * A connection that is not let in. An SSLHandshakeException, because Kafka takes just that and three of
 * its siblings for a failed authentication; it would retry after a plain SSLException.
 */
final class Refusal extends SSLHandshakeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final String source;
    private final boolean proven;

    private Refusal(Reason reason, String detail, String source, boolean proven) {
        super(reason.code() + ": " + reason.sentence() + (detail.isEmpty() ? "" : " (" + detail + ")"));
        this.reason = reason;
        this.source = source;
        this.proven = proven;
    }

    /** A refusal before the header's addresses were read. */
    static Refusal of(Reason reason, String detail) {
        return new Refusal(reason, detail, null, false);
    }

    /** A refusal of a header that anybody may have written: the source is what it says. */
    static Refusal claimed(Reason reason, String detail, String source) {
        return new Refusal(reason, detail, source, false);
    }

    /** A refusal of a header whose secret was right: the source is the one that the proxy saw. */
    static Refusal proven(Reason reason, String detail, String source) {
        return new Refusal(reason, detail, source, true);
    }

    Reason reason() {
        return reason;
    }

    /** The client's address and port in the header, or null if it was not read that far. */
    String source() {
        return source;
    }

    /** Whether this pod's own proxy wrote {@link #source}. */
    boolean proven() {
        return proven;
    }

    /** Stack traces would show where bytes were read, which nobody asks, and cost more than the refusal. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
