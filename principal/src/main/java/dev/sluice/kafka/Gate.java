package dev.sluice.kafka;

import java.nio.charset.StandardCharsets;

/** Decides whom a header lets in. The secret comes first: without it nothing else in the header counts. */
final class Gate {
    private final Secrets secrets;
    private final Admission admission;

    Gate(Secrets secrets, Admission admission) {
        this.secrets = secrets;
        this.admission = admission;
    }

    MeshPrincipal admit(Header header) throws Refusal {
        if (header.secret() == null || isNone(header.secret())) {
            throw Refusal.claimed(Reason.NO_SECRET, "", header.source());
        }
        if (!secrets.accept(header.secret())) {
            throw Refusal.claimed(Reason.WRONG_SECRET, "", header.source());
        }
        if (header.id() == null || isNone(header.id())) {
            throw Refusal.proven(Reason.NO_ID, "", header.source());
        }
        // Every byte stays one character: what is not ASCII is no SPIFFE id.
        String text = new String(header.id(), StandardCharsets.ISO_8859_1);
        if (text.indexOf(',') >= 0) { // how Envoy joins them; no id contains one
            throw Refusal.proven(Reason.SEVERAL_IDS, Quoted.of(text), header.source());
        }
        return admission.admit(text, header.source());
    }

    /** Envoy writes a hyphen for a value that it does not have. */
    private static boolean isNone(byte[] value) {
        return value.length == 0 || value.length == 1 && value[0] == '-';
    }
}
