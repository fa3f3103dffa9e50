package dev.sluice.kafka;

import java.nio.ByteBuffer;

/**
 * How large Kafka makes the three buffers of a connection: what it reads from the socket, what it writes to
 * it, and the application's side of the reading.
 *
 * <p>Kafka asks for the sizes again when an engine says that a buffer is too small. So all three begin small,
 * which is enough for a client that asks now and then, and only those grow through which much data goes:
 * with buffers of 8 KiB a consumer costs a third more CPU than with 32 KiB, which is what Kafka reads from
 * a file at once.
 *
 * <p>Kafka has one question for the sizes of the reading and of the writing buffer. It asks it within the
 * same call in which the engine refused a buffer, so the answer is that for the buffer just refused.
 */
final class Buffers {
    /** Bytes of a new buffer; more than the longest header, which has to fit into it. */
    static final int FIRST = 8 * 1024;

    private final int largest;
    private int reading = FIRST;
    private boolean growWriting;

    /** Buffers that grow up to that many bytes, at least {@link #FIRST}. */
    Buffers(int largest) {
        this.largest = largest;
    }

    int packet() {
        return growWriting ? largest : reading;
    }

    /** Never less than what is read from the socket at once, so that all of it has room. */
    int application() {
        return reading;
    }

    /** Lets the buffers for reading grow if the one from the socket is full: there is probably more to come. */
    void sawRead(ByteBuffer fromSocket) {
        if (fromSocket.limit() == fromSocket.capacity() && fromSocket.capacity() >= reading) {
            reading = largest;
        }
    }

    /** Whether the application's buffer has yet to grow to hold what was read. */
    boolean tooSmallToRead(ByteBuffer source, ByteBuffer application) {
        return source.remaining() > application.remaining() && application.capacity() < reading;
    }

    /** Whether the buffer to the socket has yet to grow to hold what is to be written; if so, the next answer is for it. */
    boolean tooSmallToWrite(int bytes, ByteBuffer toSocket) {
        growWriting = bytes > toSocket.remaining() && toSocket.capacity() < largest;
        return growWriting;
    }
}
