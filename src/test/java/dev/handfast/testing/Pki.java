package dev.handfast.testing;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

/** Certificates made for a test: good ones by default, and wrong ones on demand. */
public final class Pki {

  private static final AtomicLong SERIAL = new AtomicLong(0x1000);

  private Pki() {}

  /** A self-signed CA. */
  public static Issued root(String name) {
    return certificate(name).authority().issue(null);
  }

  /** Begins a certificate with this subject. */
  public static Request certificate(String subject) {
    return new Request(subject);
  }

  /** A new key pair: {@code EC}, {@code RSA-2048}, {@code RSA-4096}, {@code Ed25519}. */
  public static KeyPair keyPair(String type) {
    try {
      String[] parts = type.split("-");
      KeyPairGenerator generator = KeyPairGenerator.getInstance(parts[0]);
      if (parts.length > 1) {
        generator.initialize(Integer.parseInt(parts[1]));
      } else if (parts[0].equals("EC")) {
        generator.initialize(256);
      }
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** PEM of anything that has one. */
  public static String pem(Object... objects) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      for (Object object : objects) {
        writer.writeObject(
            object instanceof PrivateKey key ? new JcaPKCS8Generator(key, null) : object);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }

  /** PEM of certificates. */
  public static String pem(Collection<Issued> issued) {
    return issued.stream().map(Issued::pem).collect(Collectors.joining());
  }

  /** A certificate being described. The defaults are those of a good client. */
  public static final class Request {

    private final String subject;
    private final List<Ext> extensions = new ArrayList<>();
    private @Nullable KeyPair keys;
    private Instant notBefore = Instant.now().minus(Duration.ofDays(1));
    private Instant notAfter = Instant.now().plus(Duration.ofDays(90));
    private @Nullable BasicConstraints basicConstraints;
    private @Nullable Integer keyUsage = KeyUsage.digitalSignature;
    private List<KeyPurposeId> purposes = List.of(KeyPurposeId.id_kp_clientAuth);
    private BigInteger serial = BigInteger.valueOf(SERIAL.incrementAndGet());
    private @Nullable PrivateKey signer;
    private @Nullable String algorithm;
    private @Nullable String issuerName;
    private boolean keyIdentifiers = true;

    private Request(String subject) {
      this.subject = subject;
    }

    /** A CA without a limit of path length. */
    public Request authority() {
      basicConstraints = new BasicConstraints(true);
      keyUsage = KeyUsage.keyCertSign | KeyUsage.cRLSign;
      purposes = List.of();
      return this;
    }

    /** A CA with a path length constraint. */
    public Request authority(int pathLength) {
      authority();
      basicConstraints = new BasicConstraints(pathLength);
      return this;
    }

    /** The basic constraints; null: none. */
    public Request basicConstraints(@Nullable BasicConstraints constraints) {
      basicConstraints = constraints;
      return this;
    }

    /** The key. */
    public Request key(KeyPair pair) {
      keys = pair;
      return this;
    }

    /** A new key of this type. */
    public Request key(String type) {
      return key(keyPair(type));
    }

    /** The validity period. */
    public Request valid(Instant from, Instant to) {
      notBefore = from;
      notAfter = to;
      return this;
    }

    /** Expired yesterday. */
    public Request expired() {
      return valid(
          Instant.now().minus(Duration.ofDays(30)), Instant.now().minus(Duration.ofDays(1)));
    }

    /** The key usage bits; null: no extension. */
    public Request keyUsage(@Nullable Integer bits) {
      keyUsage = bits;
      return this;
    }

    /** The extended key usages; none: no extension. */
    public Request purposes(KeyPurposeId... ids) {
      purposes = List.of(ids);
      return this;
    }

    /** The serial number. */
    public Request serial(long number) {
      serial = BigInteger.valueOf(number);
      return this;
    }

    /** Subject alternative names. */
    public Request names(GeneralName... names) {
      return extension(Extension.subjectAlternativeName, false, new GeneralNames(names));
    }

    /** A DNS name. */
    public Request dns(String name) {
      return names(new GeneralName(GeneralName.dNSName, name));
    }

    /** A URI. */
    public Request uri(String uri) {
      return names(new GeneralName(GeneralName.uniformResourceIdentifier, uri));
    }

    /** Name constraints. */
    public Request constraints(
        GeneralName @Nullable [] permitted, GeneralName @Nullable [] excluded) {
      return extension(
          Extension.nameConstraints,
          true,
          new NameConstraints(subtrees(permitted), subtrees(excluded)));
    }

    /** The OCSP responder's URL. */
    public Request ocsp(String url) {
      return extension(
          Extension.authorityInfoAccess,
          false,
          new AuthorityInformationAccess(
              AccessDescription.id_ad_ocsp,
              new GeneralName(GeneralName.uniformResourceIdentifier, url)));
    }

    /** Any extension. */
    public Request extension(ASN1ObjectIdentifier type, boolean critical, ASN1Encodable value) {
      extensions.add(new Ext(type, critical, value));
      return this;
    }

    /** Signed by another key than the issuer's. */
    public Request signedBy(PrivateKey key) {
      signer = key;
      return this;
    }

    /** The signature's algorithm, for example {@code SHA1withRSA}. */
    public Request algorithm(String name) {
      algorithm = name;
      return this;
    }

    /** An issuer's name other than that of the issuer. */
    public Request issuerName(String name) {
      issuerName = name;
      return this;
    }

    /** Neither subject nor authority key identifier. */
    public Request withoutKeyIdentifiers() {
      keyIdentifiers = false;
      return this;
    }

    /** Makes it; without issuer it is self-signed. */
    public Issued issue(@Nullable Issued issuer) {
      return issue(issuer, keys == null ? keyPair("EC") : keys);
    }

    private Issued issue(@Nullable Issued issuer, KeyPair keys) {
      X500Name issuedBy =
          issuerName != null
              ? new X500Name(issuerName)
              : issuer == null
                  ? new X500Name(subject)
                  : X500Name.getInstance(
                      issuer.certificate().getSubjectX500Principal().getEncoded());
      KeyPair issuerKeys = issuer == null ? keys : issuer.keys();
      PrivateKey signing = signer == null ? issuerKeys.getPrivate() : signer;
      try {
        JcaX509v3CertificateBuilder builder =
            new JcaX509v3CertificateBuilder(
                issuedBy,
                serial,
                Date.from(notBefore),
                Date.from(notAfter),
                new X500Name(subject),
                keys.getPublic());
        if (keyIdentifiers) {
          JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
          builder.addExtension(
              Extension.subjectKeyIdentifier,
              false,
              identifiers.createSubjectKeyIdentifier(keys.getPublic()));
          builder.addExtension(
              Extension.authorityKeyIdentifier,
              false,
              identifiers.createAuthorityKeyIdentifier(issuerKeys.getPublic()));
        }
        if (basicConstraints != null) {
          builder.addExtension(Extension.basicConstraints, true, basicConstraints);
        }
        if (keyUsage != null) {
          builder.addExtension(Extension.keyUsage, true, new KeyUsage(keyUsage));
        }
        if (!purposes.isEmpty()) {
          builder.addExtension(
              Extension.extendedKeyUsage,
              false,
              new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)));
        }
        for (Ext extension : extensions) {
          builder.addExtension(extension.type(), extension.critical(), extension.value());
        }
        JcaContentSignerBuilder signatures =
            algorithm == null
                ? new JcaContentSignerBuilder(signatureOf(signing))
                : new JcaContentSignerBuilder(algorithm).setProvider(new BouncyCastleProvider());
        return new Issued(
            new JcaX509CertificateConverter()
                .getCertificate(builder.build(signatures.build(signing))),
            keys);
      } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
        throw new IllegalStateException(e);
      }
    }

    private static GeneralSubtree @Nullable [] subtrees(GeneralName @Nullable [] names) {
      return names == null
          ? null
          : Arrays.stream(names).map(GeneralSubtree::new).toArray(GeneralSubtree[]::new);
    }

    private record Ext(ASN1ObjectIdentifier type, boolean critical, ASN1Encodable value) {}
  }

  /** A certificate with its key. */
  public record Issued(X509Certificate certificate, KeyPair keys) {

    /** The certificate in PEM. */
    public String pem() {
      return Pki.pem(certificate);
    }

    /** The private key in PEM, PKCS #8. */
    public String keyPem() {
      return Pki.pem(keys.getPrivate());
    }

    /** Writes the certificate, followed by its issuers, and the key into one file. */
    public Path write(Path directory, String name, Issued... issuers) {
      try {
        return Files.writeString(
            directory.resolve(name + ".pem"), pem() + Pki.pem(List.of(issuers)) + keyPem());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** A CRL of this CA, valid from an hour ago for a week. */
    public X509CRL crl(Issued... revoked) {
      Instant now = Instant.now();
      return crl(
          keys.getPrivate(),
          now.minus(Duration.ofHours(1)),
          now.plus(Duration.ofDays(7)),
          List.of(),
          revoked);
    }

    /** A CRL in this CA's name. */
    public X509CRL crl(
        PrivateKey signer,
        Instant thisUpdate,
        @Nullable Instant nextUpdate,
        List<Extension> extensions,
        Issued... revoked) {
      try {
        X509v2CRLBuilder builder =
            new X509v2CRLBuilder(
                X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()),
                Date.from(thisUpdate));
        if (nextUpdate != null) {
          builder.setNextUpdate(Date.from(nextUpdate));
        }
        for (Issued one : revoked) {
          builder.addCRLEntry(
              one.certificate().getSerialNumber(), Date.from(thisUpdate), CRLReason.keyCompromise);
        }
        for (Extension extension : extensions) {
          builder.addExtension(extension);
        }
        return new JcaX509CRLConverter()
            .getCRL(builder.build(new JcaContentSignerBuilder(signatureOf(signer)).build(signer)));
      } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static String signatureOf(PrivateKey key) {
    return switch (key.getAlgorithm()) {
      case "EC" -> "SHA256withECDSA";
      case "RSA" -> "SHA256withRSA";
      case "EdDSA", "Ed25519" -> "Ed25519";
      default -> throw new IllegalArgumentException(key.getAlgorithm());
    };
  }
}
