package dev.handfast.engine;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.security.Provider;
import java.util.Collections;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Loads Amazon Corretto Crypto Provider for this machine. The jar of every platform is on the class
 * path, and each names its native library alike: whichever comes first hides the others. So the
 * provider gets a class loader of its own, which sees only the jar of this platform.
 */
final class CorrettoLoader {

  private static final String PACKAGE = "com/amazon/corretto/crypto/provider/";
  private static final String LIBRARY = PACKAGE + "libamazonCorrettoCryptoProvider.so";
  private static final String PROVIDER = PACKAGE.replace('/', '.') + "AmazonCorrettoCryptoProvider";

  private CorrettoLoader() {}

  /**
   * The provider, after its self-test. Blocks while the native library loads.
   *
   * @throws ReflectiveOperationException if the jar holds no such provider, or its self-test failed
   * @throws IOException if the class path cannot be read
   * @return null if the class path has no jar for this platform
   */
  static @Nullable Provider load() throws ReflectiveOperationException, IOException {
    URL jar = jarOf(classifier(System.getProperty("os.name"), System.getProperty("os.arch")));
    if (jar == null) {
      return null;
    }
    // Never closed: the provider lives as long as the process.
    ClassLoader loader =
        new URLClassLoader("corretto", new URL[] {jar}, ClassLoader.getPlatformClassLoader());
    Class<?> type = Class.forName(PROVIDER, true, loader);
    Provider provider = (Provider) type.getField("INSTANCE").get(null);
    try {
      type.getMethod("assertHealthy").invoke(provider);
    } catch (InvocationTargetException e) {
      throw new ReflectiveOperationException("not healthy: " + e.getCause(), e.getCause());
    }
    return provider;
  }

  /** The classifier by which Maven Central tells the platforms apart. */
  static String classifier(String osName, String osArch) {
    String os = osName.toLowerCase(Locale.ROOT).startsWith("mac") ? "osx" : "linux";
    String arch = osArch.equals("aarch64") ? "aarch_64" : "x86_64";
    return os + "-" + arch;
  }

  private static @Nullable URL jarOf(String classifier) throws IOException {
    ClassLoader classPath = CorrettoLoader.class.getClassLoader();
    for (URL library : Collections.list(classPath.getResources(LIBRARY))) {
      String address = library.toString();
      if (address.contains("-" + classifier + ".jar!/")) {
        return rootOf(address);
      }
    }
    return null;
  }

  /** From {@code jar:…!/path} to {@code jar:…!/}, which also names a jar inside a jar. */
  private static URL rootOf(String address) throws MalformedURLException {
    return URI.create(address.substring(0, address.length() - LIBRARY.length())).toURL();
  }
}
