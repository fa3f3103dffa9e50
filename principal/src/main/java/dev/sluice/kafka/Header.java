package dev.sluice.kafka;

/** What a PROXY v2 header says. Nothing of it is proven until {@link Gate} has looked at the secret. */
final class Header {
    private final int length;
    private final String source;
    private final byte[] id;
    private final byte[] secret;

    Header(int length, String source, byte[] id, byte[] secret) {
        this.length = length;
        this.source = source;
        this.id = id;
        this.secret = secret;
    }

    /** Bytes that the header has on the wire. */
    int length() {
        return length;
    }

    /** Address and port of the client, as in 10.0.0.7:41312 or [2001:db8::7]:41312. */
    String source() {
        return source;
    }

    /** The TLV 0xE0, or null if there is none. */
    byte[] id() {
        return id;
    }

    /** The TLV 0xE1, or null if there is none. */
    byte[] secret() {
        return secret;
    }
}
