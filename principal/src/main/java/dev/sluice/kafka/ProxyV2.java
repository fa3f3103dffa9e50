package dev.sluice.kafka;

/**
 * The numbers of a PROXY protocol header, version 2 (haproxy's proxy-protocol.txt, section 2.2), and
 * those on which Sluice and the proxy have agreed.
 */
final class ProxyV2 {
    /** Bytes before the addresses: signature, version and command, family, length. */
    static final int FIXED_LENGTH = 16;
    /**
     * The longest header that is taken, in bytes. A SPIFFE id has at most {@link SpiffeId#LONGEST}, the
     * secret at most {@link Secrets#LONGEST}; the rest is for whatever else a proxy adds.
     */
    static final int LONGEST = 4096;

    static final int VERSION_AT = 12;
    static final int FAMILY_AT = 13;
    static final int LENGTH_AT = 14;

    static final byte PROXY = 0x21;
    static final byte LOCAL = 0x20;
    static final byte TCP4 = 0x11;
    static final byte TCP6 = 0x21;

    /** Bytes of both addresses and both ports. */
    static final int TCP4_LENGTH = 2 * 4 + 2 * 2;
    static final int TCP6_LENGTH = 2 * 16 + 2 * 2;

    /** Bytes before the value of a TLV: its type and length. */
    static final int TLV_LENGTH = 3;
    /** The TLV with the client's SPIFFE id. 0xE0 to 0xEF are for applications. */
    static final byte ID = (byte) 0xE0;
    /** The TLV with the secret that only this pod's proxy and broker know. */
    static final byte SECRET = (byte) 0xE1;

    private static final byte[] SIGNATURE = {
        0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A
    };

    private ProxyV2() {}

    static byte[] signature() {
        return SIGNATURE.clone();
    }

    static int signatureLength() {
        return SIGNATURE.length;
    }

    static byte signatureAt(int index) {
        return SIGNATURE[index];
    }
}
