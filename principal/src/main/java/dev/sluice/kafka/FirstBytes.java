package dev.sluice.kafka;

import java.nio.ByteBuffer;

/** Guesses what speaks on a connection without a header, for the person who reads the log. */
final class FirstBytes {
    private static final int SHOWN = 16;

    private FirstBytes() {}

    static String describe(ByteBuffer bytes) {
        StringBuilder text = new StringBuilder("it looks like ").append(guess(bytes)).append("; first bytes");
        int shown = Math.min(bytes.remaining(), SHOWN);
        for (int i = 0; i < shown; i++) {
            text.append(String.format(" %02x", bytes.get(bytes.position() + i)));
        }
        return text.toString();
    }

    private static String guess(ByteBuffer bytes) {
        int at = bytes.position();
        int first = bytes.get(at) & 0xFF;
        if (first == 0x16) {
            return "TLS";
        }
        if (first == 0x00) { // a request's length, below 16 MiB
            return "a Kafka client";
        }
        if (bytes.remaining() >= 5 && first == 'P' && bytes.get(at + 1) == 'R' && bytes.get(at + 2) == 'O'
                && bytes.get(at + 3) == 'X' && bytes.get(at + 4) == 'Y') {
            return "PROXY protocol version 1";
        }
        if (first >= 'A' && first <= 'Z') {
            return "HTTP or other text";
        }
        return "nothing known";
    }
}
