package dev.sluice.kafka;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The secrets that a header may carry: those in the files {@code current} and, if it is there, {@code
 * previous} of a directory into which a Kubernetes Secret is mounted.
 *
 * <p>The files are read again, at most once a second, when a header asks; and at most ten times a second
 * when it has an unknown secret, for a proxy that started after a rotation may know the new one before the
 * broker has looked. A secret that is in neither file any more is refused within that second.
 */
final class Secrets {
    /** Bytes of a secret. Below the lower bound it could be guessed; the upper one bounds what is read. */
    static final int SHORTEST = 32;
    static final int LONGEST = 256;

    private static final Logger log = LoggerFactory.getLogger(Secrets.class);
    private static final long READ_AFTER = TimeUnit.SECONDS.toNanos(1);
    private static final long READ_AFTER_UNKNOWN = TimeUnit.MILLISECONDS.toNanos(100);
    /** What an environment variable and Envoy's format string carry unchanged. */
    private static final Pattern WELL_FORMED = Pattern.compile("[A-Za-z0-9+/=_.~-]{" + SHORTEST + "," + LONGEST + "}");

    private final Path directory;
    private final LongSupplier clock;
    private final AtomicLong readAt;
    private volatile Pair pair;
    private volatile boolean failing;

    /**
     * Reads the directory.
     *
     * @throws IOException if it has no file current, or a file holds no secret; the message has no secret
     */
    Secrets(Path directory, LongSupplier nanoClock) throws IOException {
        this.directory = directory;
        this.clock = nanoClock;
        this.pair = read(directory);
        this.readAt = new AtomicLong(nanoClock.getAsLong());
    }

    /** Whether a header may carry this. It takes as long for a wrong secret as for another wrong one. */
    boolean accept(byte[] presented) {
        refresh(READ_AFTER);
        if (pair.accepts(presented)) {
            return true;
        }
        return refresh(READ_AFTER_UNKNOWN) && pair.accepts(presented);
    }

    /** The secret for headers of our own. */
    byte[] current() {
        refresh(READ_AFTER);
        return pair.current.clone();
    }

    private boolean refresh(long after) {
        long last = readAt.get();
        long now = clock.getAsLong();
        if (now - last < after || !readAt.compareAndSet(last, now)) {
            return false; // another thread may be reading
        }
        try {
            pair = read(directory);
            failing = false;
        } catch (IOException e) {
            // The files have gone or are broken: what was true a second ago is the best that is known, and
            // no client can bring this about.
            if (!failing) {
                log.error("Cannot read the secrets again, those read before stay in force: {}", e.getMessage());
            }
            failing = true;
            return false;
        }
        return true;
    }

    private static Pair read(Path directory) throws IOException {
        Path version = version(directory);
        byte[] current = readFile(version.resolve("current"));
        byte[] previous = readFile(version.resolve("previous"));
        if (!version.equals(version(directory))) { // the version that was read may have been half gone
            version = version(directory);
            current = readFile(version.resolve("current"));
            previous = readFile(version.resolve("previous"));
        }
        if (current == null) {
            throw new IOException(directory.resolve("current") + " does not exist or is empty; mount the Secret"
                + " with the keys current and previous there");
        }
        return new Pair(current, previous);
    }

    /**
     * Where both files are of one version of the Secret. The kubelet changes all files of a volume at once, by
     * one link, but makes and removes their own links before and after that: through these a secret that was
     * rotated for the first time would be seen without its previous value.
     */
    private static Path version(Path directory) throws IOException {
        try {
            return directory.resolve("..data").toRealPath();
        } catch (NoSuchFileException e) {
            return directory; // no volume of Kubernetes
        }
    }

    /** Returns null if there is no such file, or nothing in it. */
    private static byte[] readFile(Path file) throws IOException {
        byte[] bytes = new byte[LONGEST + 3]; // a line end, and one to see that there is more
        int length = 0;
        try (InputStream in = Files.newInputStream(file)) {
            int n;
            while (length < bytes.length && (n = in.read(bytes, length, bytes.length - length)) > 0) {
                length += n;
            }
        } catch (NoSuchFileException e) {
            return null;
        }
        while (length > 0 && (bytes[length - 1] == '\n' || bytes[length - 1] == '\r')) {
            length--;
        }
        if (length == 0) {
            return null;
        }
        if (!WELL_FORMED.matcher(new String(bytes, 0, length, StandardCharsets.ISO_8859_1)).matches()) {
            throw new IOException(file + " holds no secret: it must have " + SHORTEST + " to " + LONGEST
                + " characters out of A-Z, a-z, 0-9 and +/=_.~-");
        }
        return Arrays.copyOf(bytes, length);
    }

    private static final class Pair {
        private final byte[] current;
        private final byte[] previous; // the current one again if there is none

        Pair(byte[] current, byte[] previous) {
            this.current = current;
            this.previous = previous == null ? current : previous;
        }

        /** Compares with both whatever the first says. */
        boolean accepts(byte[] presented) {
            return MessageDigest.isEqual(current, presented) | MessageDigest.isEqual(previous, presented);
        }
    }
}
