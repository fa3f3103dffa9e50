package dev.sluice.kafka;

import java.security.Principal;
import org.apache.kafka.common.security.auth.KafkaPrincipal;

/** Who is at the other end of a connection. Immutable, and made once a connection: Kafka asks for it with each request. */
final class MeshPrincipal implements Principal {
    private final SpiffeId id;
    private final KafkaPrincipal kafkaPrincipal;
    private final String source;

    MeshPrincipal(SpiffeId id, String name, String source) {
        this.id = id;
        this.kafkaPrincipal = new KafkaPrincipal(KafkaPrincipal.USER_TYPE, name);
        this.source = source;
    }

    SpiffeId id() {
        return id;
    }

    KafkaPrincipal kafkaPrincipal() {
        return kafkaPrincipal;
    }

    /** Address and port of the client, as its proxy's peer saw them. */
    String source() {
        return source;
    }

    /** The name of the Kafka principal, which is also what Kafka's own principal builder takes. */
    @Override
    public String getName() {
        return kafkaPrincipal.getName();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MeshPrincipal && ((MeshPrincipal) other).id.equals(id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return getName();
    }
}
