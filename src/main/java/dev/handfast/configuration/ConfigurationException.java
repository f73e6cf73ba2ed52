package dev.handfast.configuration;

/** A change or question that cannot be answered as asked. Nothing was stored or disturbed. */
public abstract sealed class ConfigurationException extends RuntimeException
    permits InvalidConfigurationException,
        NotFoundException,
        AlreadyExistsException,
        ConflictException,
        InUseException,
        ManagedException,
        RevisionMismatchException,
        UnreadableObjectException {

  ConfigurationException(String message) {
    super(message);
  }
}
