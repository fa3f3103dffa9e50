package dev.sluice.kafka;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Builds headers byte by byte, so that tests can write what no encoder would. */
final class Bytes {
    static final String ID = "spiffe://cluster.local/ns/payments/sa/checkout";
    static final String SECRET = "0123456789abcdef0123456789abcdef";
    static final String OTHER_SECRET = "fedcba9876543210fedcba9876543210";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    static byte[] signature() {
        return new byte[] {0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 'Q', 'U', 'I', 'T', 0x0A};
    }

    /** A header of TCP over IPv4 from 10.0.0.7:41312 to 10.0.0.8:9092, with these TLVs. */
    static byte[] tcp4(byte[]... tlvs) {
        return header(0x21, 0x11, join(new byte[] {10, 0, 0, 7, 10, 0, 0, 8, (byte) 0xA1, 0x60, 0x23, (byte) 0x84}, join(tlvs)));
    }

    static byte[] good() {
        return tcp4(id(ID), secret(SECRET));
    }

    static byte[] header(int command, int family, byte[] body) {
        return header(command, family, body.length, body);
    }

    static byte[] header(int command, int family, int length, byte[] body) {
        return new Bytes().bytes(signature()).one(command).one(family).two(length).bytes(body).toBytes();
    }

    static byte[] id(String value) {
        return tlv(0xE0, text(value));
    }

    static byte[] secret(String value) {
        return tlv(0xE1, text(value));
    }

    static byte[] tlv(int type, byte[] value) {
        return tlv(type, value.length, value);
    }

    static byte[] tlv(int type, int length, byte[] value) {
        return new Bytes().one(type).two(length).bytes(value).toBytes();
    }

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] join(byte[]... parts) {
        Bytes all = new Bytes();
        for (byte[] part : parts) {
            all.bytes(part);
        }
        return all.toBytes();
    }

    static byte[] head(byte[] bytes, int length) {
        return java.util.Arrays.copyOf(bytes, length);
    }

    static byte[] with(byte[] bytes, int at, int value) {
        byte[] changed = bytes.clone();
        changed[at] = (byte) value;
        return changed;
    }

    static byte[] remaining(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    private Bytes bytes(byte[] bytes) {
        out.writeBytes(bytes);
        return this;
    }

    private Bytes one(int value) {
        out.write(value);
        return this;
    }

    private Bytes two(int value) {
        return one(value >> 8).one(value);
    }

    private byte[] toBytes() {
        return out.toByteArray();
    }
}
