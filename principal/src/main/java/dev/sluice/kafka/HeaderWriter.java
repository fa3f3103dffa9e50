package dev.sluice.kafka;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes the header of a node that talks to itself. What a pod sends to its own address does not pass the
 * proxy, so the node says by itself who it is, with the secret that only it and its proxy know.
 */
final class HeaderWriter {
    private HeaderWriter() {}

    /** Returns the header of a connection whose addresses do not matter: they are all zero. */
    static byte[] write(SpiffeId self, byte[] secret) {
        byte[] id = self.toString().getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        byte[] signature = ProxyV2.signature();
        out.write(signature, 0, signature.length);
        out.write(ProxyV2.PROXY);
        out.write(ProxyV2.TCP4);
        writeShort(out, ProxyV2.TCP4_LENGTH + 2 * ProxyV2.TLV_LENGTH + id.length + secret.length);
        out.write(new byte[ProxyV2.TCP4_LENGTH], 0, ProxyV2.TCP4_LENGTH);
        writeTlv(out, ProxyV2.ID, id);
        writeTlv(out, ProxyV2.SECRET, secret);
        return out.toByteArray();
    }

    private static void writeTlv(ByteArrayOutputStream out, byte type, byte[] value) {
        out.write(type);
        writeShort(out, value.length);
        out.write(value, 0, value.length);
    }

    private static void writeShort(ByteArrayOutputStream out, int value) {
        out.write(value >>> 8);
        out.write(value);
    }
}
