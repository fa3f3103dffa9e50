package dev.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class HeaderReaderTest {
    @Test
    void readsWhatAnotherEncoderWrites() throws Refusal {
        byte[] bytes = new SecondEncoder().client(Bytes.ID, Bytes.SECRET).encode();
        Header header = HeaderReader.read(ByteBuffer.wrap(bytes));
        assertEquals("10.0.0.7:41312", header.source());
        assertArrayEquals(Bytes.text(Bytes.ID), header.id());
        assertArrayEquals(Bytes.text(Bytes.SECRET), header.secret());
        assertEquals(bytes.length, header.length());
    }

    @Test
    void readsIp6() throws Refusal {
        byte[] bytes = new SecondEncoder().from("2001:db8::7", 65535).client(Bytes.ID, Bytes.SECRET).encode();
        assertEquals("[2001:db8:0:0:0:0:0:7]:65535", HeaderReader.read(ByteBuffer.wrap(bytes)).source());
    }

    @Test
    void takesTheTlvsInAnyOrderAndWithOthersBetween() throws Refusal {
        byte[] bytes = new SecondEncoder().tlv(0x01, Bytes.text("h2")).tlv(0xE1, Bytes.text(Bytes.SECRET))
            .tlv(0x04, new byte[300]).tlv(0xE0, Bytes.text(Bytes.ID)).tlv(0xEA, new byte[0]).encode();
        Header header = HeaderReader.read(ByteBuffer.wrap(bytes));
        assertArrayEquals(Bytes.text(Bytes.ID), header.id());
        assertArrayEquals(Bytes.text(Bytes.SECRET), header.secret());
    }

    @Test
    void saysWhichTlvsAreMissing() throws Refusal {
        Header header = HeaderReader.read(ByteBuffer.wrap(new SecondEncoder().encode()));
        assertNull(header.id());
        assertNull(header.secret());
    }

    @Test
    void waitsAtEachByteAndLeavesTheBufferAlone() throws Refusal {
        byte[] bytes = new SecondEncoder().client(Bytes.ID, Bytes.SECRET).encode();
        for (int length = 0; length < bytes.length; length++) {
            ByteBuffer part = ByteBuffer.wrap(bytes, 0, length);
            assertNull(HeaderReader.read(part), "after " + length + " bytes");
            assertEquals(0, part.position());
            assertEquals(length, part.limit());
        }
    }

    @Test
    void looksAtNothingBehindTheHeader() throws Refusal {
        byte[] bytes = new SecondEncoder().client(Bytes.ID, Bytes.SECRET).encode();
        ByteBuffer more = ByteBuffer.wrap(Bytes.join(bytes, bytes));
        assertEquals(bytes.length, HeaderReader.read(more).length());
        assertEquals(0, more.position());
    }

    @Test
    void readsFromTheBuffersPosition() throws Refusal {
        byte[] bytes = new SecondEncoder().client(Bytes.ID, Bytes.SECRET).encode();
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes.length + 10);
        buffer.position(7);
        buffer.put(bytes);
        buffer.flip().position(7);
        assertEquals("10.0.0.7:41312", HeaderReader.read(buffer).source());
    }

    @Test
    void takesTheLongestHeader() throws Refusal {
        byte[] known = new SecondEncoder().client(Bytes.ID, Bytes.SECRET).encode();
        byte[] bytes = new SecondEncoder().client(Bytes.ID, Bytes.SECRET)
            .tlv(0x04, new byte[ProxyV2.LONGEST - known.length - ProxyV2.TLV_LENGTH]).encode();
        assertEquals(ProxyV2.LONGEST, bytes.length);
        assertEquals(ProxyV2.LONGEST, HeaderReader.read(ByteBuffer.wrap(bytes)).length());
    }

    @Test
    void refusesALengthBeforeTheBytesHaveCome() {
        byte[] head = Bytes.head(Bytes.header(0x21, 0x11, 65535, new byte[0]), ProxyV2.FIXED_LENGTH);
        Refusal refusal = assertThrows(Refusal.class, () -> HeaderReader.read(ByteBuffer.wrap(head)));
        assertEquals(Reason.TOO_LONG, refusal.reason());
    }

    @Test
    void saysWhatTheBytesLookLike() {
        assertLooksLike("TLS", new byte[] {0x16, 3, 1});
        assertLooksLike("a Kafka client", new byte[] {0, 0, 0, 1});
        assertLooksLike("PROXY protocol version 1", Bytes.text("PROXY TCP4"));
        assertLooksLike("HTTP", Bytes.text("GET /"));
        assertLooksLike("nothing known", new byte[] {(byte) 0xFF});
    }

    private static void assertLooksLike(String what, byte[] bytes) {
        Refusal refusal = assertThrows(Refusal.class, () -> HeaderReader.read(ByteBuffer.wrap(bytes)));
        assertTrue(refusal.getMessage().contains("looks like " + what), refusal.getMessage());
    }

    @Test
    void ourOwnWriterWritesTheSameAsTheOther() {
        SpiffeId self = SpiffeId.parse(Bytes.ID);
        byte[] ours = HeaderWriter.write(self, Bytes.text(Bytes.SECRET));
        byte[] theirs = new SecondEncoder().from("0.0.0.0", 0).client(Bytes.ID, Bytes.SECRET).encode();
        // They differ in the destination, 10.0.0.8:9092, which nobody reads.
        for (int at = 20; at < 28; at++) {
            theirs[at] = 0;
        }
        assertArrayEquals(theirs, ours);
    }
}
