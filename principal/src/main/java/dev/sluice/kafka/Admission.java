package dev.sluice.kafka;

import java.util.Set;

/** Decides whether a proven id is let in, and under which name. */
final class Admission {
    private final Set<String> trustDomains;
    private final PrincipalName principalName;

    Admission(IdentityConfig config) {
        this.trustDomains = config.trustDomains();
        this.principalName = config.principalName();
    }

    /**
     * Returns the principal of a client.
     *
     * @param source the client's address, for the message
     */
    MeshPrincipal admit(String text, String source) throws Refusal {
        SpiffeId id;
        try {
            id = SpiffeId.parse(text);
        } catch (IllegalArgumentException e) {
            throw Refusal.proven(Reason.MALFORMED_ID, e.getMessage() + ": " + Quoted.of(text), source);
        }
        if (!trustDomains.contains(id.trustDomain())) {
            throw Refusal.proven(Reason.FOREIGN_TRUST_DOMAIN, id.toString(), source);
        }
        if (principalName.ofWorkload() && id.serviceAccount() == null) {
            throw Refusal.proven(Reason.NO_SERVICE_ACCOUNT, id.toString(), source);
        }
        return new MeshPrincipal(id, principalName.of(id), source);
    }
}
