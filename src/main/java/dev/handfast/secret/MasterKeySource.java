package dev.handfast.secret;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the master keys: a property, a file, or one that is generated at the first start. */
final class MasterKeySource {

  static final String GENERATED_FILE = "master.key";

  private static final Logger LOG = LoggerFactory.getLogger(MasterKeySource.class);

  private final MasterKeyProperties properties;
  private final Path dataDirectory;

  MasterKeySource(MasterKeyProperties properties, Path dataDirectory) {
    this.properties = properties;
    this.dataDirectory = dataDirectory;
  }

  /**
   * The keys, generated if there are none and none is needed yet.
   *
   * @param idsInUse identifiers of the keys that the database's secrets are sealed under
   * @throws MasterKeyException if they cannot be had, or do not open what the database holds
   */
  MasterKeys find(Set<String> idsInUse) {
    String given = properties.masterKey();
    Path file = properties.masterKeyFile();
    MasterKeys keys;
    if (given != null && !given.isBlank()) {
      if (file != null) {
        throw new MasterKeyException(
            "Both handfast.master-key and handfast.master-key-file are set (expected: one).",
            "Remove one of the two.");
      }
      keys = MasterKeys.parse(given, "handfast.master-key");
    } else if (file != null) {
      keys = MasterKeys.parse(read(file), "handfast.master-key-file " + file);
    } else {
      Path generated = dataDirectory.resolve(GENERATED_FILE);
      if (!Files.exists(generated)) {
        requireNothingSealed(idsInUse, generated);
        generate(generated);
      }
      keys = MasterKeys.parse(read(generated), generated.toString());
    }
    requireOpening(idsInUse, keys);
    return keys;
  }

  private static void requireNothingSealed(Set<String> idsInUse, Path generated) {
    if (!idsInUse.isEmpty()) {
      throw new MasterKeyException(
          "The database's secrets are sealed under master key %s, but none is given: %s and %s are"
                  .formatted(
                      String.join(", ", idsInUse),
                      "handfast.master-key",
                      "handfast.master-key-file")
              + " not set, and "
              + generated
              + " does not exist.",
          "Restore that file, or give the key that the first start used. With several replicas on"
              + " one database, give all of them the same handfast.master-key.");
    }
  }

  static void requireOpening(Set<String> idsInUse, MasterKeys keys) {
    if (!keys.ids().containsAll(idsInUse)) {
      throw new MasterKeyException(
          "The database's secrets are sealed under master key %s; given: %s."
              .formatted(String.join(", ", idsInUse), String.join(", ", keys.ids())),
          "Give the key that sealed them. To replace it by a new one, list both, the new one first."
              + " With several replicas on one database, give all of them the same keys.");
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw new MasterKeyException(
          "The master key file %s cannot be read (%s)."
              .formatted(file, e.getClass().getSimpleName()),
          "See that it exists, is readable by this process, and holds base64 of 32 bytes.");
    }
  }

  /** Appears at once with its whole content, for its owner alone, and never replaces another. */
  private void generate(Path target) {
    byte[] key = new byte[XAes256Gcm.KEY_BYTES];
    new SecureRandom().nextBytes(key);
    String text = Base64.getEncoder().encodeToString(key) + "\n";
    @Nullable Path temporary = null;
    try {
      temporary =
          Files.createTempFile(dataDirectory, GENERATED_FILE, null, permissions("rw-------"));
      try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        channel.force(true);
      }
      Files.createLink(target, temporary);
      LOG.info("Generated a master key: {}. Keep a copy of it apart from the database's", target);
    } catch (FileAlreadyExistsException e) {
      LOG.debug("another process generated {}", target);
    } catch (IOException | UnsupportedOperationException e) {
      throw new MasterKeyException(
          "A master key cannot be generated at %s: %s".formatted(target, e),
          "Make the directory writable, or set handfast.master-key or handfast.master-key-file.");
    } finally {
      deleteQuietly(temporary);
    }
  }

  private static FileAttribute<?> permissions(String text) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(text));
  }

  private static void deleteQuietly(@Nullable Path file) {
    if (file != null) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        LOG.warn("could not delete {}", file);
      }
    }
  }
}
