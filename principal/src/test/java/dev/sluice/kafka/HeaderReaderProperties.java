package dev.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class HeaderReaderProperties {
    /** Any bytes are a header, too few, or refused; the buffer stays as it was. */
    @Property
    void anyBytesGiveAnAnswer(@ForAll @Size(max = 600) byte[] bytes) {
        ask(bytes);
    }

    /** Random bytes seldom get past the signature, so these begin with it. */
    @Property
    void anyBytesBehindTheSignatureGiveAnAnswer(@ForAll @Size(max = 600) byte[] bytes) {
        ask(Bytes.join(Bytes.signature(), bytes));
        ask(Bytes.join(Bytes.signature(), new byte[] {0x21, 0x11}, bytes));
    }

    @Property
    void anyTlvsGiveAnAnswer(@ForAll @Size(max = 600) byte[] tlvs) {
        ask(Bytes.tcp4(tlvs));
    }

    /** A broken header never lets in anybody but the one who is in it. */
    @Property
    void oneWrongByteLetsNobodyElseIn(@ForAll @IntRange(max = 200) int at, @ForAll byte value) throws Exception {
        byte[] good = Bytes.good();
        byte[] bytes = Bytes.with(good, at % good.length, value);
        try {
            Header header = HeaderReader.read(ByteBuffer.wrap(bytes));
            if (header != null) {
                String name = TestGate.gate().admit(header).getName();
                // Within the id a changed byte is another id, which only the proxy could have written.
                assertTrue(name.equals(Bytes.ID) || !Arrays.equals(header.id(), Bytes.text(Bytes.ID)));
                assertArrayEquals(Bytes.text(Bytes.SECRET), header.secret());
            }
        } catch (Refusal refused) {
            assertNotNull(refused.getMessage());
        }
    }

    /** A header in pieces is the same header. */
    @Property
    void prefixesAreIncompleteOrRefusedAsTheWhole(@ForAll @Size(max = 300) byte[] tlvs, @ForAll @IntRange(max = 400) int cut) {
        byte[] whole = Bytes.tcp4(tlvs);
        byte[] part = Bytes.head(whole, Math.min(cut, whole.length));
        try {
            Header header = HeaderReader.read(ByteBuffer.wrap(part));
            assertEquals(part.length == whole.length, header != null);
        } catch (Refusal refused) {
            assertEquals(part.length, whole.length, "refused a part that may still become good");
        }
    }

    private static void ask(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes.clone());
        try {
            Header header = HeaderReader.read(buffer);
            assertTrue(header == null || header.length() <= bytes.length);
        } catch (Refusal refused) {
            assertNotNull(refused.getMessage());
        }
        assertEquals(0, buffer.position());
        assertArrayEquals(bytes, buffer.array());
    }
}
