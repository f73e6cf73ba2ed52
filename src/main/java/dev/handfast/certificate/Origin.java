package dev.handfast.certificate;

import java.util.Locale;

/** How a certificate version came to be. */
enum Origin {
  SELF,
  LOCAL_CA,
  UPLOAD,
  SIGNED,
  DIRECTORY;

  /** The name in the API and in the database. */
  String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Origin parse(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
