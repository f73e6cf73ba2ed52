package dev.handfast.certificate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.handfast.testing.CommandLine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Keys, certificates and files made by OpenSSL's own program, in a directory of their own. */
final class OpenSsl {

  private final Path directory;

  OpenSsl(Path directory) {
    this.directory = directory;
  }

  /** Runs {@code openssl} in the directory. Arguments with a dot are files in it. */
  String run(String... arguments) {
    List<String> command = new ArrayList<>(List.of("openssl"));
    for (String argument : arguments) {
      command.add(argument.startsWith("@") ? file(argument.substring(1)).toString() : argument);
    }
    CommandLine.Output output = CommandLine.run(command.toArray(String[]::new));
    assertThat(output.exitCode()).as("%s: %s", command, output.all()).isZero();
    return output.all();
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  String read(String name) {
    try {
      return Files.readString(file(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String readBase64(String name) {
    try {
      return Base64.getEncoder().encodeToString(Files.readAllBytes(file(name)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(String name, String text) {
    try {
      Files.writeString(file(name), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Makes {@code <name>.key}, in PKCS#8.
   *
   * @param type {@code EC P-256}, {@code RSA 2048}, {@code ED25519}, …
   */
  void key(String name, String type) {
    List<String> arguments = new ArrayList<>(List.of("genpkey", "-out", "@" + name + ".key"));
    String[] parts = type.split(" ");
    arguments.addAll(List.of("-algorithm", parts[0]));
    if (parts[0].equals("EC")) {
      arguments.addAll(List.of("-pkeyopt", "ec_paramgen_curve:" + parts[1]));
    } else if (parts[0].equals("RSA")) {
      arguments.addAll(List.of("-pkeyopt", "rsa_keygen_bits:" + parts[1]));
    }
    run(arguments.toArray(String[]::new));
  }

  /** Makes {@code <name>.crt} of {@code <name>.key}, signed by itself, a CA if it is to be one. */
  void selfSigned(String name, boolean authority, int days) {
    run(
        "req",
        "-x509",
        "-key",
        "@" + name + ".key",
        "-out",
        "@" + name + ".crt",
        "-days",
        String.valueOf(days),
        "-subj",
        "/CN=" + name,
        "-addext",
        "subjectAltName=DNS:" + name + ".example",
        "-addext",
        "basicConstraints=critical,CA:" + (authority ? "TRUE" : "FALSE"));
  }

  /**
   * Makes {@code <name>.crt} of {@code <name>.key}, signed by another.
   *
   * @param extensions lines of an OpenSSL extension section
   */
  void issued(String name, String issuer, int days, String... extensions) {
    write(name + ".ext", String.join("\n", extensions) + "\n");
    run(
        "req",
        "-new",
        "-key",
        "@" + name + ".key",
        "-out",
        "@" + name + ".csr",
        "-subj",
        "/CN=" + name);
    run(
        "x509",
        "-req",
        "-in",
        "@" + name + ".csr",
        "-CA",
        "@" + issuer + ".crt",
        "-CAkey",
        "@" + issuer + ".key",
        "-CAcreateserial",
        "-days",
        String.valueOf(days),
        "-extfile",
        "@" + name + ".ext",
        "-out",
        "@" + name + ".crt");
  }

  /** Makes root, intermediate and {@code www}, all on P-256. */
  void hierarchy() {
    for (String name : List.of("root", "intermediate", "www")) {
      key(name, "EC P-256");
    }
    selfSigned("root", true, 3650);
    issued("intermediate", "root", 1000, "basicConstraints=critical,CA:TRUE");
    issued(
        "www", "intermediate", 90, "subjectAltName=DNS:www.example", "extendedKeyUsage=serverAuth");
  }
}
