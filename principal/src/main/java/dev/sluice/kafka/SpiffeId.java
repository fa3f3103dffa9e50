package dev.sluice.kafka;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A SPIFFE id with a path, as in spiffe://cluster.local/ns/payments/sa/checkout.
 *
 * <p>Only what the SPIFFE-ID standard allows (sections 2.1 to 2.3): a lower-case trust domain, segments of
 * letters, digits, dots, hyphens and underscores, no empty segment, neither . nor .., no query, no port. So two ids are equal just when their texts are, and no id can hold what
 * separates names in a list, an ACL or a log.
 */
final class SpiffeId {
    /** Bytes of the longest id that a conforming implementation must take (section 2.3). */
    static final int LONGEST = 2048;

    private static final String SCHEME = "spiffe://";
    private static final int LONGEST_TRUST_DOMAIN = 255;
    private static final Pattern TRUST_DOMAIN = Pattern.compile("[a-z0-9._-]{1," + LONGEST_TRUST_DOMAIN + "}");
    private static final Pattern SEGMENT = Pattern.compile("[a-zA-Z0-9._-]+");
    /** Istio's own ids; names are what Kubernetes allows in a namespace and in a service account. */
    private static final Pattern WORKLOAD = Pattern.compile("/ns/([a-z0-9-]{1,63})/sa/([a-z0-9.-]{1,253})");

    private final String text;
    private final String trustDomain;
    private final String namespace;
    private final String serviceAccount;

    private SpiffeId(String text, String trustDomain, String path) {
        this.text = text;
        this.trustDomain = trustDomain;
        Matcher workload = WORKLOAD.matcher(path);
        boolean istio = workload.matches();
        this.namespace = istio ? workload.group(1) : null;
        this.serviceAccount = istio ? workload.group(2) : null;
    }

    /**
     * Returns the id with that text.
     *
     * @throws IllegalArgumentException if it is none; the message says what is wrong, not with what
     */
    static SpiffeId parse(String text) {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException("longer than " + LONGEST + " bytes");
        }
        if (!text.startsWith(SCHEME)) {
            throw new IllegalArgumentException("it does not begin with " + SCHEME);
        }
        int slash = text.indexOf('/', SCHEME.length());
        if (slash < 0) {
            throw new IllegalArgumentException("it has no path, so it names a trust domain and no workload");
        }
        String trustDomain = text.substring(SCHEME.length(), slash);
        if (!isTrustDomain(trustDomain)) {
            throw new IllegalArgumentException("its trust domain is not made of a-z, 0-9, dot, hyphen and underscore");
        }
        String path = text.substring(slash);
        for (String segment : path.substring(1).split("/", -1)) {
            if (!SEGMENT.matcher(segment).matches() || segment.equals(".") || segment.equals("..")) {
                throw new IllegalArgumentException(
                    "a segment of its path is not made of letters, digits, dots, hyphens and underscores");
            }
        }
        return new SpiffeId(text, trustDomain, path);
    }

    static boolean isTrustDomain(String text) {
        return TRUST_DOMAIN.matcher(text).matches();
    }

    String trustDomain() {
        return trustDomain;
    }

    /** The Kubernetes namespace, or null if the id is not of Istio's form. */
    String namespace() {
        return namespace;
    }

    /** The Kubernetes service account, or null if the id is not of Istio's form. */
    String serviceAccount() {
        return serviceAccount;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SpiffeId && ((SpiffeId) other).text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
