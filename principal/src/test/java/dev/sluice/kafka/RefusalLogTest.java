package dev.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RefusalLogTest {
    private final List<String> lines = new ArrayList<>();
    private final AtomicLong clock = new AtomicLong(-3);
    private final RefusalLog log = new RefusalLog(lines::add, clock::get);

    @Test
    void saysReasonAndAddress() {
        log.refused(Refusal.proven(Reason.FOREIGN_TRUST_DOMAIN, "spiffe://x/y", "10.0.0.7:41312"), "127.0.0.6");
        assertEquals(List.of("Refused a connection from 10.0.0.7:41312 (by the proxy at 127.0.0.6): foreign-trust-domain:"
            + " the client's trust domain is not among sluice.identity.trust.domains (spiffe://x/y)"), lines);
    }

    @Test
    void doesNotTakeAForgedAddressForTrue() {
        log.refused(Refusal.claimed(Reason.WRONG_SECRET, "", "10.0.0.7:41312"), "10.1.1.1");
        assertTrue(lines.get(0).startsWith("Refused a connection from 10.1.1.1 (which says that it speaks for 10.0.0.7:41312): "
            + "wrong-secret: "), lines.get(0));
    }

    @Test
    void writesOnceABurst() {
        for (int port = 1; port <= 100; port++) {
            log.refused(Refusal.proven(Reason.NO_ID, "", "10.0.0.7:" + port), "127.0.0.6");
        }
        assertEquals(1, lines.size());
        pass(60);
        log.refused(Refusal.proven(Reason.NO_ID, "", "10.0.0.7:101"), "127.0.0.6");
        assertEquals(2, lines.size());
        assertTrue(lines.get(1).endsWith("; and 99 more like it since the last line"), lines.get(1));
    }

    @Test
    void anotherReasonOrClientIsAnotherBurst() {
        log.refused(Refusal.proven(Reason.NO_ID, "", "10.0.0.7:1"), "127.0.0.6");
        log.refused(Refusal.proven(Reason.NO_ID, "", "10.0.0.8:1"), "127.0.0.6");
        log.refused(Refusal.proven(Reason.SEVERAL_IDS, "", "10.0.0.8:1"), "127.0.0.6");
        log.refused(Refusal.proven(Reason.NO_ID, "", "[2001:db8:0:0:0:0:0:7]:1"), "127.0.0.6");
        assertEquals(4, lines.size());
    }

    @Test
    void forgedAddressesAreOneBurst() {
        for (int host = 0; host < 200; host++) {
            log.refused(Refusal.claimed(Reason.WRONG_SECRET, "", "10.0.1." + host + ":1"), "127.0.0.6");
        }
        assertEquals(1, lines.size());
    }

    @Test
    void isBounded() {
        for (int host = 0; host < 10_000; host++) {
            log.refused(Refusal.of(Reason.NO_HEADER, ""), "10.0." + host / 250 + "." + host % 250);
        }
        assertEquals(RefusalLog.LINES_PER_INTERVAL, lines.size());
        pass(60);
        log.refused(Refusal.of(Reason.NO_HEADER, ""), "10.0.0.1");
        assertEquals(RefusalLog.LINES_PER_INTERVAL + 2, lines.size());
        assertTrue(lines.get(RefusalLog.LINES_PER_INTERVAL).startsWith("Refused 9940 more connections"));
    }

    private void pass(int seconds) {
        clock.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }
}
