package dev.sluice.kafka;

import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The SPIFFE id in a certificate: its one URI among the subject's alternative names (X509-SVID, section 2). */
final class CertificateIdentity {
    private static final int URI = 6; // X509Certificate.getSubjectAlternativeNames

    private CertificateIdentity() {}

    /**
     * Returns the principal of a peer.
     *
     * @param chain the peer's certificates, its own first, already found to be good
     */
    static MeshPrincipal admit(Certificate[] chain, Admission admission, String source) throws Refusal {
        return admission.admit(uri((X509Certificate) chain[0], source), source);
    }

    /** Returns the text of the one URI in a certificate. */
    static String uri(X509Certificate certificate, String source) throws Refusal {
        List<String> uris = new ArrayList<>();
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            if (names != null) {
                for (List<?> name : names) {
                    if ((Integer) name.get(0) == URI) {
                        uris.add((String) name.get(1));
                    }
                }
            }
        } catch (CertificateParsingException e) {
            throw Refusal.proven(Reason.MALFORMED_ID, "the certificate's alternative names cannot be read", source);
        }
        if (uris.isEmpty()) {
            throw Refusal.proven(Reason.NO_ID, "", source);
        }
        if (uris.size() > 1) {
            throw Refusal.proven(Reason.SEVERAL_IDS, Quoted.of(String.join(",", uris)), source);
        }
        return uris.get(0);
    }
}
