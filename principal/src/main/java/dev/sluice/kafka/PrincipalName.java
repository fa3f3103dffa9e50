package dev.sluice.kafka;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes the name of a Kafka principal from an id, by a template such as {id} or {namespace}/{service-account}.
 *
 * <p>Two ids never get one name. A template has to name every part in which two accepted ids can differ,
 * and between two parts a character that none of them can contain.
 */
final class PrincipalName {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}]*)\\}");
    private static final Pattern SEPARATES = Pattern.compile(".*[^a-zA-Z0-9._-].*", Pattern.DOTALL);
    private static final int LONGEST_TEMPLATE = 256;

    private final List<Object> pieces; // a String as it is, or a Part
    private final boolean ofWorkload;

    private enum Part {
        ID("id"), TRUST_DOMAIN("trust-domain"), NAMESPACE("namespace"), SERVICE_ACCOUNT("service-account");

        private final String placeholder;

        Part(String placeholder) {
            this.placeholder = placeholder;
        }

        static Part of(String placeholder) {
            for (Part part : values()) {
                if (part.placeholder.equals(placeholder)) {
                    return part;
                }
            }
            throw new IllegalArgumentException("{" + placeholder + "} is unknown; there are {id}, {trust-domain}, {namespace}"
                + " and {service-account}");
        }
    }

    private PrincipalName(List<Object> pieces, boolean ofWorkload) {
        this.pieces = pieces;
        this.ofWorkload = ofWorkload;
    }

    /**
     * Reads a template.
     *
     * @param trustDomains how many trust domains are accepted; names without them are unambiguous only with one
     * @throws IllegalArgumentException if it could give two ids one name, or cannot be read
     */
    static PrincipalName parse(String template, int trustDomains) {
        if (template.length() > LONGEST_TEMPLATE) {
            throw new IllegalArgumentException("it is longer than " + LONGEST_TEMPLATE + " characters");
        }
        List<Object> pieces = new ArrayList<>();
        Set<Part> parts = EnumSet.noneOf(Part.class);
        Matcher matcher = PLACEHOLDER.matcher(template);
        int from = 0;
        while (matcher.find()) {
            String between = literal(template.substring(from, matcher.start()));
            if (!parts.isEmpty() && !SEPARATES.matcher(between).matches()) {
                throw new IllegalArgumentException("nothing separates " + matcher.group() + " from the part before it:"
                    + " put a character between them that no name contains, such as /");
            }
            pieces.add(between);
            Part part = Part.of(matcher.group(1));
            pieces.add(part);
            parts.add(part);
            from = matcher.end();
        }
        pieces.add(literal(template.substring(from)));
        checkUnambiguous(parts, trustDomains);
        boolean ofWorkload = parts.contains(Part.NAMESPACE) || parts.contains(Part.SERVICE_ACCOUNT);
        return new PrincipalName(pieces, ofWorkload);
    }

    private static void checkUnambiguous(Set<Part> parts, int trustDomains) {
        if (parts.contains(Part.ID)) {
            if (parts.size() > 1) {
                throw new IllegalArgumentException("{id} says all there is: use it without other placeholders");
            }
            return;
        }
        if (!parts.contains(Part.NAMESPACE) || !parts.contains(Part.SERVICE_ACCOUNT)) {
            throw new IllegalArgumentException("it gives several clients one name: use {id}, or both {namespace} and"
                + " {service-account}");
        }
        if (trustDomains > 1 && !parts.contains(Part.TRUST_DOMAIN)) {
            throw new IllegalArgumentException("it gives clients of several trust domains one name: add {trust-domain}");
        }
    }

    private static String literal(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c <= ' ' || c > '~' || c == '{' || c == '}' || c == ',' || c == ';') {
                throw new IllegalArgumentException("only printable ASCII without space, comma, semicolon and single braces"
                    + " may stand around placeholders");
            }
        }
        return text;
    }

    /** Whether only ids of Istio's form have a name. */
    boolean ofWorkload() {
        return ofWorkload;
    }

    /** Returns the name of an id, which must be of Istio's form if {@link #ofWorkload}. */
    String of(SpiffeId id) {
        StringBuilder name = new StringBuilder();
        for (Object piece : pieces) {
            name.append(piece instanceof Part ? value((Part) piece, id) : piece);
        }
        return name.toString();
    }

    private static String value(Part part, SpiffeId id) {
        switch (part) {
            case TRUST_DOMAIN:
                return id.trustDomain();
            case NAMESPACE:
                return id.namespace();
            case SERVICE_ACCOUNT:
                return id.serviceAccount();
            default:
                return id.toString();
        }
    }
}
