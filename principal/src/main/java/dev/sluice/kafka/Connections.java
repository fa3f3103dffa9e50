package dev.sluice.kafka;

import java.lang.management.ManagementFactory;

/** Counts connections and logs refusals, for all listeners of this JVM. */
final class Connections implements Witness {
    static final Connections OF_THIS_JVM = new Connections(new ConnectionCounts(), RefusalLog.toLogger());

    private final ConnectionCounts counts;
    private final RefusalLog refusals;

    Connections(ConnectionCounts counts, RefusalLog refusals) {
        this.counts = counts;
        this.refusals = refusals;
    }

    /** Makes the counts visible in JMX, once. */
    void publish() {
        counts.publish(ManagementFactory.getPlatformMBeanServer());
    }

    @Override
    public void accepted() {
        counts.accepted();
    }

    @Override
    public void refused(Refusal refusal, String peerHost) {
        counts.refused(refusal.reason());
        refusals.refused(refusal, peerHost);
    }
}
