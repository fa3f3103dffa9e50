package dev.sluice.kafka;

/** What JMX shows of a counter. Public because JMX demands it. */
public interface ConnectionCountMBean {
    /** Connections since the JVM started. */
    long getCount();
}
