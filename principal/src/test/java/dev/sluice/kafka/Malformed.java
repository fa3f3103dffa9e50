package dev.sluice.kafka;

import static dev.sluice.kafka.Bytes.ID;
import static dev.sluice.kafka.Bytes.SECRET;
import static dev.sluice.kafka.Bytes.good;
import static dev.sluice.kafka.Bytes.header;
import static dev.sluice.kafka.Bytes.id;
import static dev.sluice.kafka.Bytes.join;
import static dev.sluice.kafka.Bytes.secret;
import static dev.sluice.kafka.Bytes.tcp4;
import static dev.sluice.kafka.Bytes.text;
import static dev.sluice.kafka.Bytes.tlv;
import static dev.sluice.kafka.Bytes.with;

import java.util.stream.Stream;

/** What has to be refused, and why; tried at the reader and the gate, at the engine, and in Kafka's own loop. */
final class Malformed {
    private Malformed() {}

    record Case(String name, byte[] bytes, Reason reason) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        return Stream.of(
            // No header.
            new Case("a Kafka request", join(new byte[] {0, 0, 0, 40, 0, 18, 0, 3}, new byte[36]), Reason.NO_HEADER),
            new Case("a TLS ClientHello", new byte[] {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xFC, 3, 3, 1, 2, 3, 4, 5}, Reason.NO_HEADER),
            new Case("a PROXY header of version 1", text("PROXY TCP4 10.0.0.7 10.0.0.8 41312 9092\r\n"), Reason.NO_HEADER),
            new Case("an HTTP request", text("GET /metrics HTTP/1.1\r\n\r\n"), Reason.NO_HEADER),
            new Case("one wrong byte", new byte[] {0x0A}, Reason.NO_HEADER),
            new Case("a signature that ends otherwise", with(good(), 11, '\r'), Reason.NO_HEADER),
            new Case("a signature that begins otherwise", with(good(), 0, 0), Reason.NO_HEADER),
            new Case("a byte before the header", join(new byte[1], good()), Reason.NO_HEADER),
            // A header about something else.
            new Case("LOCAL", with(good(), 12, 0x20), Reason.LOCAL),
            new Case("version 1", with(good(), 12, 0x11), Reason.MALFORMED),
            new Case("version 3", with(good(), 12, 0x31), Reason.MALFORMED),
            new Case("an unassigned command", with(good(), 12, 0x22), Reason.MALFORMED),
            new Case("UNSPEC", header(0x21, 0x00, join(id(ID), secret(SECRET))), Reason.NOT_TCP),
            new Case("UDP over IPv4", with(good(), 13, 0x12), Reason.NOT_TCP),
            new Case("UDP over IPv6", with(good(), 13, 0x22), Reason.NOT_TCP),
            new Case("a Unix stream", header(0x21, 0x31, new byte[216]), Reason.NOT_TCP),
            new Case("a Unix datagram", header(0x21, 0x32, new byte[216]), Reason.NOT_TCP),
            new Case("an unassigned family", with(good(), 13, 0x41), Reason.NOT_TCP),
            new Case("TCP of no family", with(good(), 13, 0x01), Reason.NOT_TCP),
            // Lengths.
            new Case("no addresses", header(0x21, 0x11, new byte[0]), Reason.MALFORMED),
            new Case("short IPv4 addresses", header(0x21, 0x11, new byte[11]), Reason.MALFORMED),
            new Case("short IPv6 addresses", header(0x21, 0x21, new byte[35]), Reason.MALFORMED),
            new Case("IPv4 addresses called IPv6", header(0x21, 0x21, new byte[12]), Reason.MALFORMED),
            new Case("the greatest length", header(0x21, 0x11, 65535, new byte[12]), Reason.TOO_LONG),
            new Case("one byte too long", header(0x21, 0x11, 4096 - 16 + 1, new byte[12]), Reason.TOO_LONG),
            new Case("half a TLV's head", tcp4(new byte[] {(byte) 0xE0, 0}), Reason.MALFORMED),
            new Case("a TLV's type alone", tcp4(id(ID), secret(SECRET), new byte[] {4}), Reason.MALFORMED),
            new Case("a TLV past the end", tcp4(tlv(0xE0, 200, text(ID))), Reason.MALFORMED),
            new Case("a TLV one byte past the end", tcp4(secret(SECRET), tlv(0xE0, ID.length() + 1, text(ID))), Reason.MALFORMED),
            new Case("a TLV of the greatest length", tcp4(tlv(0xE0, 65535, text(ID))), Reason.MALFORMED),
            new Case("a foreign TLV past the end", tcp4(id(ID), secret(SECRET), tlv(0x20, 9, new byte[8])), Reason.MALFORMED),
            // The secret.
            new Case("no TLV at all", tcp4(), Reason.NO_SECRET),
            new Case("an id without a secret", tcp4(id(ID)), Reason.NO_SECRET),
            new Case("an empty secret", tcp4(id(ID), secret("")), Reason.NO_SECRET),
            new Case("a proxy without the variable", tcp4(id(ID), secret("-")), Reason.NO_SECRET),
            new Case("another secret", tcp4(id(ID), secret(Bytes.OTHER_SECRET)), Reason.WRONG_SECRET),
            new Case("a secret cut off", tcp4(id(ID), secret(SECRET.substring(1))), Reason.WRONG_SECRET),
            new Case("a secret and more", tcp4(id(ID), secret(SECRET + "0")), Reason.WRONG_SECRET),
            new Case("a secret and a line end", tcp4(id(ID), secret(SECRET + "\n")), Reason.WRONG_SECRET),
            new Case("a secret with a NUL", tcp4(id(ID), secret(SECRET + "\0")), Reason.WRONG_SECRET),
            new Case("two secrets, the second right", tcp4(id(ID), secret(Bytes.OTHER_SECRET), secret(SECRET)), Reason.MALFORMED),
            new Case("two secrets, both right", tcp4(id(ID), secret(SECRET), secret(SECRET)), Reason.MALFORMED),
            new Case("a wrong secret and no id", tcp4(secret(Bytes.OTHER_SECRET)), Reason.WRONG_SECRET),
            // The id.
            new Case("a secret without an id", tcp4(secret(SECRET)), Reason.NO_ID),
            new Case("an empty id", tcp4(id(""), secret(SECRET)), Reason.NO_ID),
            new Case("a client in plaintext", tcp4(id("-"), secret(SECRET)), Reason.NO_ID),
            new Case("two ids in two TLVs", tcp4(id(ID), id(ID), secret(SECRET)), Reason.MALFORMED),
            new Case("two ids in one TLV", tcp4(id(ID + ",spiffe://cluster.local/ns/a/sa/b"), secret(SECRET)), Reason.SEVERAL_IDS),
            new Case("one id twice in one TLV", tcp4(id(ID + "," + ID), secret(SECRET)), Reason.SEVERAL_IDS),
            new Case("an id and a comma", tcp4(id(ID + ","), secret(SECRET)), Reason.SEVERAL_IDS),
            new Case("a URL", tcp4(id("https://cluster.local/ns/a/sa/b"), secret(SECRET)), Reason.MALFORMED_ID),
            new Case("an id with a NUL", tcp4(id(ID + "\0"), secret(SECRET)), Reason.MALFORMED_ID),
            new Case("an id with a new line", tcp4(id(ID + "\nadmin"), secret(SECRET)), Reason.MALFORMED_ID),
            new Case("an id with a wide character", tcp4(id(ID + "é"), secret(SECRET)), Reason.MALFORMED_ID),
            new Case("an id with a query", tcp4(id(ID + "?a=b"), secret(SECRET)), Reason.MALFORMED_ID),
            new Case("a trust domain alone", tcp4(id("spiffe://cluster.local"), secret(SECRET)), Reason.MALFORMED_ID),
            new Case("an id that ends with a slash", tcp4(id(ID + "/"), secret(SECRET)), Reason.MALFORMED_ID),
            new Case("an id that climbs", tcp4(id("spiffe://cluster.local/ns/../sa/b"), secret(SECRET)), Reason.MALFORMED_ID),
            new Case("a trust domain in capitals", tcp4(id("spiffe://Cluster.local/ns/a/sa/b"), secret(SECRET)), Reason.MALFORMED_ID),
            new Case("a scheme in capitals", tcp4(id("SPIFFE://cluster.local/ns/a/sa/b"), secret(SECRET)), Reason.MALFORMED_ID),
            new Case("a port", tcp4(id("spiffe://cluster.local:80/ns/a/sa/b"), secret(SECRET)), Reason.MALFORMED_ID),
            new Case("an id of 2049 bytes", tcp4(id("spiffe://cluster.local/" + "a".repeat(2026)), secret(SECRET)), Reason.MALFORMED_ID),
            new Case("another trust domain", tcp4(id("spiffe://evil.example/ns/a/sa/b"), secret(SECRET)), Reason.FOREIGN_TRUST_DOMAIN),
            new Case("a trust domain below", tcp4(id("spiffe://a.cluster.local/ns/a/sa/b"), secret(SECRET)), Reason.FOREIGN_TRUST_DOMAIN),
            new Case("a trust domain that goes on", tcp4(id("spiffe://cluster.local.evil/ns/a/sa/b"), secret(SECRET)), Reason.FOREIGN_TRUST_DOMAIN),
            new Case("a trust domain cut off", tcp4(id("spiffe://cluster.loca/ns/a/sa/b"), secret(SECRET)), Reason.FOREIGN_TRUST_DOMAIN));
    }
}
