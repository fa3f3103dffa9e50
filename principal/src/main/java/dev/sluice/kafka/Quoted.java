package dev.sluice.kafka;

/** Text from outside, for logs: in quotes, short, and without anything that a terminal or a log reader obeys. */
final class Quoted {
    private static final int SHOWN = 256;

    private Quoted() {}

    static String of(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        int shown = Math.min(text.length(), SHOWN);
        for (int i = 0; i < shown; i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c >= ' ' && c <= '~') {
                quoted.append(c);
            } else {
                quoted.append(String.format("\\u%04x", (int) c));
            }
        }
        quoted.append('"');
        if (text.length() > SHOWN) {
            quoted.append(" and ").append(text.length() - SHOWN).append(" more");
        }
        return quoted.toString();
    }
}
