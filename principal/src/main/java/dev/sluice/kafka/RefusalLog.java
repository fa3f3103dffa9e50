package dev.sluice.kafka;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says why connections were refused, once a burst: clients try again for ever, and whoever is refused gets to
 * write into our log.
 *
 * <p>A burst is what has one reason and one origin within a minute. The next line of the same burst says how
 * many were left out. The origin is the client's address only if our proxy wrote it; what anybody may have
 * written is shown, but no origin, for with forged addresses a client could fill the log. For the same
 * reason there is an upper bound of lines a minute.
 */
final class RefusalLog {
    static final int LINES_PER_INTERVAL = 60;
    static final long INTERVAL = TimeUnit.MINUTES.toNanos(1);

    private static final int BURSTS = 256;

    private final Consumer<String> lines;
    private final LongSupplier clock;
    private final Map<String, Burst> bursts = new LinkedHashMap<String, Burst>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Burst> eldest) {
            return size() > BURSTS;
        }
    };
    private long intervalBegan;
    private int linesInInterval;
    private long suppressed;

    private static final class Burst {
        private long loggedAt;
        private long leftOut;
    }

    RefusalLog(Consumer<String> lines, LongSupplier nanoClock) {
        this.lines = lines;
        this.clock = nanoClock;
        this.intervalBegan = nanoClock.getAsLong();
    }

    static RefusalLog toLogger() {
        Logger log = LoggerFactory.getLogger(RefusalLog.class);
        return new RefusalLog(log::warn, System::nanoTime);
    }

    synchronized void refused(Refusal refusal, String peerHost) {
        long now = clock.getAsLong();
        String key = refusal.reason().code() + " " + origin(refusal, peerHost);
        Burst burst = bursts.get(key);
        if (burst != null && now - burst.loggedAt < INTERVAL) {
            burst.leftOut++;
            return;
        }
        if (!mayWrite(now)) {
            suppressed++;
            return;
        }
        lines.accept("Refused a connection from " + describe(refusal, peerHost) + ": " + refusal.getMessage()
            + leftOut(burst));
        if (burst == null) {
            burst = new Burst();
            bursts.put(key, burst);
        }
        burst.loggedAt = now;
        burst.leftOut = 0;
    }

    private boolean mayWrite(long now) {
        if (now - intervalBegan >= INTERVAL) {
            if (suppressed > 0) {
                lines.accept("Refused " + suppressed + " more connections, too many to say why; the metrics"
                    + " dev.sluice.kafka:type=mesh-identity have the reasons");
            }
            intervalBegan = now;
            linesInInterval = 0;
            suppressed = 0;
        }
        return linesInInterval++ < LINES_PER_INTERVAL;
    }

    private static String origin(Refusal refusal, String peerHost) {
        if (!refusal.proven()) {
            return peerHost;
        }
        String source = refusal.source();
        return source.substring(0, source.lastIndexOf(':')); // without the port, which each try changes
    }

    private static String describe(Refusal refusal, String peerHost) {
        if (refusal.source() == null) {
            return peerHost;
        }
        return refusal.proven()
            ? refusal.source() + " (by the proxy at " + peerHost + ")"
            : peerHost + " (which says that it speaks for " + refusal.source() + ")";
    }

    private static String leftOut(Burst burst) {
        return burst == null || burst.leftOut == 0 ? "" : "; and " + burst.leftOut + " more like it since the last line";
    }
}
