package dev.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SpiffeIdTest {
    @Test
    void readsIstiosIds() {
        SpiffeId id = SpiffeId.parse("spiffe://cluster.local/ns/payments/sa/checkout.v2");
        assertEquals("cluster.local", id.trustDomain());
        assertEquals("payments", id.namespace());
        assertEquals("checkout.v2", id.serviceAccount());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "spiffe://td/a", "spiffe://td_1.x-y/ns/a/sa", "spiffe://td/ns/a/sa/b/c", "spiffe://td/ns/A/sa/b", "spiffe://td/...",
        "spiffe://td/ns/x/y/sa/b", "spiffe://td/prefix/ns/a/sa/b",
    })
    void takesOtherIdsWithoutAServiceAccount(String text) {
        SpiffeId id = SpiffeId.parse(text);
        assertEquals(text, id.toString());
        assertNull(id.namespace());
        assertNull(id.serviceAccount());
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "-", "spiffe:", "spiffe://", "spiffe:///a", "spiffe://td", "spiffe://td/", "spiffe://td//a", "spiffe://td/a//b",
        "spiffe://td/a/", "spiffe://td/.", "spiffe://td/..", "spiffe://td/a/./b", "spiffe://td/a/../b", "spiffe://TD/a",
        "spiffe://td:1/a", "spiffe://user@td/a", "spiffe://td/a?b", "spiffe://td/a#b", "spiffe://td/a%2f", "spiffe://td/a b",
        "spiffe://td/a\n", "spiffe://td/a,b", "spiffe://td/ä", "http://td/a", " spiffe://td/a",
    })
    void refuses(String text) {
        assertThrows(IllegalArgumentException.class, () -> SpiffeId.parse(text));
    }

    @Test
    void isBounded() {
        String longest = "spiffe://td/" + "a".repeat(SpiffeId.LONGEST - 12);
        assertEquals(longest, SpiffeId.parse(longest).toString());
        assertThrows(IllegalArgumentException.class, () -> SpiffeId.parse(longest + "a"));
        assertThrows(IllegalArgumentException.class, () -> SpiffeId.parse("spiffe://" + "t".repeat(256) + "/a"));
        assertEquals(2048, SpiffeId.parse("spiffe://t" + "/a".repeat(1019)).toString().length()); // many segments
    }
}
