package dev.sluice.kafka;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;

/** As much of DER as it takes to put a private key into the envelope of PKCS#8 (RFC 5208, section 5). */
final class Der {
    private static final int INTEGER = 0x02;
    private static final int OCTET_STRING = 0x04;
    private static final int SEQUENCE = 0x30;
    private static final int PARAMETERS = 0xA0; // [0] in RFC 5915, section 3

    private static final byte[] VERSION_0 = {INTEGER, 1, 0};
    /** rsaEncryption, 1.2.840.113549.1.1.1, and NULL. */
    private static final byte[] RSA = {
        0x06, 0x09, 0x2A, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00
    };
    /** id-ecPublicKey, 1.2.840.10045.2.1. */
    private static final byte[] CURVE = {0x06, 0x07, 0x2A, (byte) 0x86, 0x48, (byte) 0xCE, 0x3D, 0x02, 0x01};

    private final byte[] bytes;
    private int at;

    private Der(byte[] bytes) {
        this.bytes = bytes;
    }

    static byte[] pkcs8OfRsa(byte[] key) {
        return envelope(RSA, key);
    }

    /** The curve stands in the key, among its parameters. */
    static byte[] pkcs8OfCurve(byte[] key) throws IOException {
        Der body = new Der(new Der(key).value(SEQUENCE));
        body.value(INTEGER);
        body.value(OCTET_STRING);
        byte[] curve = body.value(PARAMETERS);
        byte[] algorithm = Arrays.copyOf(CURVE, CURVE.length + curve.length);
        System.arraycopy(curve, 0, algorithm, CURVE.length, curve.length);
        return envelope(algorithm, key);
    }

    private static byte[] envelope(byte[] algorithm, byte[] key) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.write(VERSION_0, 0, VERSION_0.length);
        write(body, SEQUENCE, algorithm);
        write(body, OCTET_STRING, key);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(out, SEQUENCE, body.toByteArray());
        return out.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, int tag, byte[] value) {
        out.write(tag);
        if (value.length < 0x80) {
            out.write(value.length);
        } else if (value.length < 0x100) {
            out.write(0x81);
            out.write(value.length);
        } else { // keys are read from files of less than 64 KiB
            out.write(0x82);
            out.write(value.length >>> 8);
            out.write(value.length);
        }
        out.write(value, 0, value.length);
    }

    /** Returns the value of the element that comes next, and moves behind it. */
    private byte[] value(int tag) throws IOException {
        if (next() != tag) {
            throw new IOException("the private key is not what its PEM type says");
        }
        int length = next();
        if (length > 0x80 && length <= 0x82) {
            int octets = length - 0x80;
            length = 0;
            for (int i = 0; i < octets; i++) {
                length = length << 8 | next();
            }
        } else if (length >= 0x80) {
            throw new IOException("the private key has a length that is none");
        }
        if (length > bytes.length - at) {
            throw new IOException("the private key is cut off");
        }
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    private int next() throws IOException {
        if (at >= bytes.length) {
            throw new IOException("the private key is cut off");
        }
        return bytes[at++] & 0xFF;
    }
}
