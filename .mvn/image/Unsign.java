import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.Collections;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Takes the signatures out of the jars of a directory, because the JVM keeps no class of a signed
 * jar in an AOT cache. Equal jars give equal jars.
 */
class Unsign {

  private static final Pattern SIGNATURE =
      Pattern.compile("META-INF/[^/]+\\.(SF|RSA|DSA|EC)", Pattern.CASE_INSENSITIVE);

  public static void main(String[] arguments) throws IOException {
    try (DirectoryStream<Path> jars = Files.newDirectoryStream(Path.of(arguments[0]), "*.jar")) {
      for (Path jar : jars) {
        if (isSigned(jar)) {
          unsign(jar);
          System.out.println("Unsigned " + jar.getFileName());
        }
      }
    }
  }

  private static boolean isSigned(Path jar) throws IOException {
    try (ZipFile entries = new ZipFile(jar.toFile())) {
      return entries.stream().anyMatch(entry -> SIGNATURE.matcher(entry.getName()).matches());
    }
  }

  private static void unsign(Path jar) throws IOException {
    FileTime time = Files.getLastModifiedTime(jar);
    Path unsigned = jar.resolveSibling(jar.getFileName() + ".unsigned");
    try (ZipFile from = new ZipFile(jar.toFile());
        ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(unsigned))) {
      for (ZipEntry entry : Collections.list(from.entries())) {
        if (!SIGNATURE.matcher(entry.getName()).matches()) {
          copy(from, entry, to);
        }
      }
    }
    Files.move(unsigned, jar, StandardCopyOption.REPLACE_EXISTING);
    Files.setLastModifiedTime(jar, time);
  }

  private static void copy(ZipFile from, ZipEntry entry, ZipOutputStream to) throws IOException {
    ZipEntry copy = new ZipEntry(entry.getName());
    copy.setTime(entry.getTime());
    to.putNextEntry(copy);
    try (InputStream content = from.getInputStream(entry)) {
      if (entry.getName().equals(JarFile.MANIFEST_NAME)) {
        withoutDigests(new Manifest(content)).write(to);
      } else {
        content.transferTo(to);
      }
    }
    to.closeEntry();
  }

  private static Manifest withoutDigests(Manifest manifest) {
    for (String name : List.copyOf(manifest.getEntries().keySet())) {
      Attributes attributes = manifest.getEntries().get(name);
      attributes.keySet().removeIf(attribute -> attribute.toString().endsWith("-Digest"));
      if (attributes.isEmpty()) {
        manifest.getEntries().remove(name);
      }
    }
    return manifest;
  }
}
