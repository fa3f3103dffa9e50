package dev.sluice.kafka;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/**
 * Reads a PROXY v2 header from the beginning of a connection.
 *
 * <p>It keeps nothing between calls: a header that comes in pieces is looked at anew with each piece, and
 * refused at the first byte that no accepted header has there, or at a length that none has.
 */
final class HeaderReader {
    private HeaderReader() {}

    /**
     * Returns the header at the buffer's position, or null if it is not complete. It never moves the
     * position, and looks at no byte behind the header.
     */
    static Header read(ByteBuffer bytes) throws Refusal {
        int start = bytes.position();
        int available = bytes.remaining();
        checkSignature(bytes, start, available);
        if (available > ProxyV2.VERSION_AT) {
            checkCommand(bytes.get(start + ProxyV2.VERSION_AT));
        }
        if (available > ProxyV2.FAMILY_AT) {
            checkFamily(bytes.get(start + ProxyV2.FAMILY_AT));
        }
        if (available < ProxyV2.FIXED_LENGTH) {
            return null;
        }
        boolean ip4 = bytes.get(start + ProxyV2.FAMILY_AT) == ProxyV2.TCP4;
        int addresses = ip4 ? ProxyV2.TCP4_LENGTH : ProxyV2.TCP6_LENGTH;
        int announced = bytes.getShort(start + ProxyV2.LENGTH_AT) & 0xFFFF;
        int length = ProxyV2.FIXED_LENGTH + announced;
        if (length > ProxyV2.LONGEST) {
            throw Refusal.of(Reason.TOO_LONG, length + " bytes");
        }
        if (announced < addresses) {
            throw Refusal.of(Reason.MALFORMED, announced + " bytes have no room for the addresses");
        }
        if (available < length) {
            return null;
        }
        return readBody(bytes, start, length, ip4 ? 4 : 16);
    }

    private static void checkSignature(ByteBuffer bytes, int start, int available) throws Refusal {
        int known = Math.min(available, ProxyV2.signatureLength());
        for (int i = 0; i < known; i++) {
            if (bytes.get(start + i) != ProxyV2.signatureAt(i)) {
                throw Refusal.of(Reason.NO_HEADER, FirstBytes.describe(bytes));
            }
        }
    }

    private static void checkCommand(byte command) throws Refusal {
        if (command == ProxyV2.LOCAL) {
            throw Refusal.of(Reason.LOCAL, "");
        }
        if (command != ProxyV2.PROXY) {
            throw Refusal.of(Reason.MALFORMED, String.format("version and command are 0x%02x", command));
        }
    }

    private static void checkFamily(byte family) throws Refusal {
        if (family != ProxyV2.TCP4 && family != ProxyV2.TCP6) {
            throw Refusal.of(Reason.NOT_TCP, String.format("family and protocol are 0x%02x", family));
        }
    }

    private static Header readBody(ByteBuffer bytes, int start, int length, int addressLength) throws Refusal {
        int at = start + ProxyV2.FIXED_LENGTH;
        int end = start + length;
        byte[] address = copy(bytes, at, addressLength);
        int port = bytes.getShort(at + 2 * addressLength) & 0xFFFF;
        String source = source(address, port);
        byte[] id = null;
        byte[] secret = null;
        at += 2 * addressLength + 4;
        while (at < end) {
            if (end - at < ProxyV2.TLV_LENGTH) {
                throw Refusal.claimed(Reason.MALFORMED, "a TLV begins less than three bytes before the end", source);
            }
            byte type = bytes.get(at);
            int size = bytes.getShort(at + 1) & 0xFFFF;
            at += ProxyV2.TLV_LENGTH;
            if (size > end - at) {
                throw Refusal.claimed(Reason.MALFORMED, String.format("TLV 0x%02x reaches past the end", type), source);
            }
            if (type == ProxyV2.ID) {
                id = once(id, copy(bytes, at, size), source);
            } else if (type == ProxyV2.SECRET) {
                secret = once(secret, copy(bytes, at, size), source);
            }
            at += size;
        }
        return new Header(length, source, id, secret);
    }

    private static byte[] once(byte[] before, byte[] value, String source) throws Refusal {
        if (before != null) {
            throw Refusal.claimed(Reason.MALFORMED, "it has two ids or two secrets", source);
        }
        return value;
    }

    private static byte[] copy(ByteBuffer bytes, int at, int size) {
        byte[] value = new byte[size];
        ByteBuffer from = bytes.duplicate();
        from.limit(at + size);
        from.position(at);
        from.get(value);
        return value;
    }

    private static String source(byte[] address, int port) {
        try {
            String host = InetAddress.getByAddress(address).getHostAddress();
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(e); // of 4 or 16 bytes, so it cannot be
        }
    }
}
