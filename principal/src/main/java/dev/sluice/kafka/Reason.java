package dev.sluice.kafka;

/** Why a connection was refused. The codes are names of metrics and stand in logs: they never change their meaning. */
enum Reason {
    NO_HEADER("no-header", "it did not begin with the header that the proxy writes; it came past the proxy, or the proxy"
        + " has no filter for this port"),
    LOCAL("local", "its header is of the kind LOCAL, which speaks for nobody"),
    NOT_TCP("not-tcp", "its header is not about a TCP connection"),
    MALFORMED("malformed", "its header is malformed"),
    TOO_LONG("too-long", "its header is longer than " + ProxyV2.LONGEST + " bytes"),
    TOO_SLOW("too-slow", "its header was not complete in time"),
    NO_SECRET("no-secret", "its header has no secret; the proxy's filter is not Sluice's, or somebody forged the header"),
    WRONG_SECRET("wrong-secret", "its header has another secret than this broker; the proxy got it before the last two"
        + " rotations, or somebody forged the header"),
    NO_ID("no-id", "the proxy has no SPIFFE id of the client; it spoke plaintext, or its certificate has none"),
    SEVERAL_IDS("several-ids", "the client's certificate has several ids, and none of them is the right one"),
    MALFORMED_ID("malformed-id", "the client's id is no SPIFFE id"),
    FOREIGN_TRUST_DOMAIN("foreign-trust-domain", "the client's trust domain is not among "
        + IdentityConfig.TRUST_DOMAINS),
    NO_SERVICE_ACCOUNT("no-service-account", "the client's id is not of the form"
        + " spiffe://TRUST-DOMAIN/ns/NAMESPACE/sa/SERVICE-ACCOUNT, which " + IdentityConfig.PRINCIPAL_NAME + " needs");

    private final String code;
    private final String sentence;

    Reason(String code, String sentence) {
        this.code = code;
        this.sentence = sentence;
    }

    String code() {
        return code;
    }

    String sentence() {
        return sentence;
    }
}
