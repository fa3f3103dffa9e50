package dev.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;

/** The tables in docs/identity.md are what the code says. Run with -Dsluice.update=true, the test writes them. */
class DocumentationTest {
    private static final Path PAGE = Path.of("..", "docs", "identity.md");

    @Test
    void propertiesAreDocumented() throws IOException {
        List<String> rows = new ArrayList<>(List.of("| property | default | meaning |", "|---|---|---|"));
        for (ConfigDef.ConfigKey key : IdentityConfig.definition().configKeys().values()) {
            Object value = key.hasDefault() ? key.defaultValue : null;
            String text = value == null ? "required" : "`" + String.valueOf(value).replaceAll("[\\[\\]]", "") + "`";
            rows.add("| `" + key.name + "` | " + (text.equals("``") ? "none" : text) + " | " + key.documentation + " |");
        }
        check("properties", rows);
    }

    @Test
    void reasonsAreDocumented() throws IOException {
        List<String> rows = new ArrayList<>(List.of("| reason | the connection was refused because |", "|---|---|"));
        for (Reason reason : Reason.values()) {
            rows.add("| `" + reason.code() + "` | " + reason.sentence() + " |");
        }
        check("reasons", rows);
    }

    private static void check(String name, List<String> rows) throws IOException {
        String page = Files.readString(PAGE);
        String begin = "<!-- generated: " + name + " -->\n";
        int from = page.indexOf(begin) + begin.length();
        int to = page.indexOf("<!-- end -->", from);
        String table = String.join("\n", rows) + "\n";
        if (Boolean.getBoolean("sluice.update")) {
            Files.writeString(PAGE, page.substring(0, from) + table + page.substring(to));
            return;
        }
        assertEquals(table, page.substring(from, to));
    }
}
