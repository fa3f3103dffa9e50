package dev.sluice.kafka;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
    private static final String FIRST = "1".repeat(32);
    private static final String SECOND = "2".repeat(64);
    private static final String THIRD = "3".repeat(256);

    @TempDir
    Path directory;
    private final AtomicLong clock = new AtomicLong(-5);

    @Test
    void takesTheCurrentAndThePrevious() throws IOException {
        write("current", SECOND + "\n");
        write("previous", FIRST + "\r\n");
        Secrets secrets = new Secrets(directory, clock::get);
        assertTrue(accepts(secrets, FIRST));
        assertTrue(accepts(secrets, SECOND));
        assertFalse(accepts(secrets, THIRD));
        assertFalse(accepts(secrets, ""));
        assertFalse(accepts(secrets, FIRST + "\n"));
        assertArrayEquals(Bytes.text(SECOND), secrets.current());
    }

    @Test
    void needsNoPrevious() throws IOException {
        write("current", FIRST);
        assertTrue(accepts(new Secrets(directory, clock::get), FIRST));
        write("previous", "\n");
        Secrets secrets = new Secrets(directory, clock::get);
        assertTrue(accepts(secrets, FIRST));
        assertFalse(accepts(secrets, ""));
    }

    @Test
    void rotationOverlaps() throws IOException {
        write("current", FIRST);
        Secrets secrets = new Secrets(directory, clock::get);
        write("previous", FIRST);
        write("current", SECOND);
        assertTrue(accepts(secrets, FIRST));
        pass(100); // a proxy that started a moment ago has the new one
        assertTrue(accepts(secrets, SECOND));
        assertTrue(accepts(secrets, FIRST));
        pass(1000);
        assertArrayEquals(Bytes.text(SECOND), secrets.current());

        Files.delete(directory.resolve("previous"));
        pass(1000);
        assertFalse(accepts(secrets, FIRST), "the previous secret after its time");
        assertTrue(accepts(secrets, SECOND));
    }

    /** The kubelet changes the link of the volume first, and then makes one for a file that is new. */
    @Test
    void seesThePreviousBeforeItHasALinkOfItsOwn() throws IOException {
        Path data = directory.resolve("..data");
        Files.createSymbolicLink(data, Files.createDirectory(directory.resolve("..1")));
        write("..1/current", SECOND);
        write("..1/previous", FIRST);
        Files.createSymbolicLink(directory.resolve("current"), Path.of("..data", "current"));
        Secrets secrets = new Secrets(directory, clock::get);
        assertTrue(accepts(secrets, FIRST));
        assertTrue(accepts(secrets, SECOND));
    }

    @Test
    void followsTheSymbolicLinksOfAMountedSecret() throws IOException {
        Path data = directory.resolve("..data");
        Files.createSymbolicLink(data, Files.createDirectory(directory.resolve("..1")));
        write("..1/current", FIRST);
        Files.createSymbolicLink(directory.resolve("current"), Path.of("..data", "current"));
        Secrets secrets = new Secrets(directory, clock::get);
        assertTrue(accepts(secrets, FIRST));

        Path next = Files.createDirectory(directory.resolve("..2"));
        write("..2/current", SECOND);
        Files.delete(data);
        Files.createSymbolicLink(data, next);
        pass(1000);
        assertTrue(accepts(secrets, SECOND));
        assertFalse(accepts(secrets, FIRST));
    }

    @Test
    void guessersCannotMakeItReadOften() throws IOException {
        write("current", FIRST);
        Secrets secrets = new Secrets(directory, clock::get);
        write("current", SECOND);
        pass(99);
        assertFalse(accepts(secrets, SECOND), "read again before 100 ms");
        pass(1);
        assertTrue(accepts(secrets, SECOND));
    }

    @Test
    void whatWasReadStaysInForceIfTheFilesBreak() throws IOException {
        write("current", FIRST);
        Secrets secrets = new Secrets(directory, clock::get);
        Files.delete(directory.resolve("current"));
        pass(5000);
        assertTrue(accepts(secrets, FIRST));
        assertFalse(accepts(secrets, SECOND));
        write("current", SECOND);
        pass(5000);
        assertTrue(accepts(secrets, SECOND));
        assertFalse(accepts(secrets, FIRST));
    }

    @Test
    void needsACurrentOne() throws IOException {
        assertThrows(IOException.class, () -> new Secrets(directory, clock::get));
        write("previous", FIRST);
        assertThrows(IOException.class, () -> new Secrets(directory, clock::get));
        write("current", "\n\n");
        IOException e = assertThrows(IOException.class, () -> new Secrets(directory, clock::get));
        assertTrue(e.getMessage().contains("mount the Secret"), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(strings = {"short", "1111111111111111111111111111111", "spaces 111111111111111111111111111111111",
        "lines\n111111111111111111111111111111111111", "commas,11111111111111111111111111111111111", "percent%1111111111111111111111111111111"})
    void refusesWhatIsNoSecretWithoutSayingIt(String text) throws IOException {
        write("current", text);
        IOException e = assertThrows(IOException.class, () -> new Secrets(directory, clock::get));
        assertFalse(e.getMessage().contains(text), e.getMessage());
    }

    @Test
    void isBounded() throws IOException {
        write("current", THIRD);
        assertTrue(accepts(new Secrets(directory, clock::get), THIRD));
        write("current", THIRD + "3");
        assertThrows(IOException.class, () -> new Secrets(directory, clock::get));
        write("current", "3".repeat(1 << 20));
        assertThrows(IOException.class, () -> new Secrets(directory, clock::get));
        assertEquals(256, Secrets.LONGEST);
    }

    private static boolean accepts(Secrets secrets, String text) {
        return secrets.accept(Bytes.text(text));
    }

    private void pass(long millis) {
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }
}
