package dev.sluice.kafka;

/** Sees who was let in and who was not. */
interface Witness {
    /** Of handshakes that are no connections: Kafka tries a factory's engines against each other at its start. */
    Witness NONE = new Witness() {
        @Override
        public void accepted() {}

        @Override
        public void refused(Refusal refusal, String peerHost) {}
    };

    void accepted();

    /**
     * Sees a refusal.
     *
     * @param peerHost the other end of the socket, which is usually the proxy
     */
    void refused(Refusal refusal, String peerHost);
}
