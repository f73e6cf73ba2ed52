package dev.handfast.configuration;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The directory of this installation. Exists, and is writable, before anything else starts. */
public final class DataDirectory {

  private static final String OWNER_ONLY = "rwx------";

  private final Path path;

  private DataDirectory(Path path) {
    this.path = path;
  }

  /**
   * Opens the directory; creates it, open to its owner alone, if it is missing. The mode of a
   * directory that exists is its owner's choice and stays.
   *
   * @throws DataDirectoryException if that is not possible
   */
  static DataDirectory open(Path configured) {
    Path path = configured.toAbsolutePath().normalize();
    if (Files.exists(path) && !Files.isDirectory(path)) {
      throw new DataDirectoryException(path, "it is not a directory", null);
    }
    try {
      create(path);
    } catch (IOException e) {
      throw new DataDirectoryException(path, "it cannot be created", e);
    }
    if (!Files.isWritable(path)) {
      throw new DataDirectoryException(path, "it is not writable", null);
    }
    return new DataDirectory(path);
  }

  private static void create(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      return;
    }
    Path parent = path.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
      Files.createDirectory(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
    } else {
      Files.createDirectory(path);
    }
  }

  /** The directory, absolute. */
  public Path path() {
    return path;
  }

  /** A file in the directory. */
  public Path resolve(String fileName) {
    return path.resolve(fileName);
  }
}
