package dev.handfast.configuration;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Says of failures of this installation what is wrong and what to do. */
final class StartupFailures {

  private StartupFailures() {}

  /** The data directory is missing and cannot be made, or is not writable. */
  static final class DataDirectoryAnalyzer extends AbstractFailureAnalyzer<DataDirectoryException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, DataDirectoryException cause) {
      return new FailureAnalysis(
          cause.getMessage() + ".",
          "Make it a directory that this process's user can write to, or name another with"
              + " handfast.data-dir (environment: HANDFAST_DATADIR).",
          rootFailure);
    }
  }

  /** A newer version wrote the configuration. */
  static final class UnreadableObjectAnalyzer
      extends AbstractFailureAnalyzer<UnreadableObjectException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, UnreadableObjectException cause) {
      return new FailureAnalysis(
          cause.getMessage() + ".",
          "Start the newer version again and take back what it added, or restore the database that"
              + " was backed up before the upgrade. This version does not guess what it means.",
          rootFailure);
    }
  }

  /** The database is locked, unreachable, or refuses the credentials. */
  static final class DatabaseAnalyzer extends AbstractFailureAnalyzer<SQLException> {

    private static final int H2_ALREADY_OPEN = 90020;

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable rootFailure, SQLException cause) {
      String state = cause.getSQLState() == null ? "" : cause.getSQLState();
      if (cause.getErrorCode() == H2_ALREADY_OPEN) {
        return new FailureAnalysis(
            "The database file in the data directory is open in another process.",
            "Stop the other Handfast, or give this one a directory of its own with"
                + " handfast.data-dir. Several instances share a PostgreSQL database:"
                + " spring.datasource.url.",
            rootFailure);
      }
      if (state.startsWith("28")) {
        return new FailureAnalysis(
            "The database refuses the user name or password.",
            "Check spring.datasource.username and spring.datasource.password.",
            rootFailure);
      }
      if (state.startsWith("08")) {
        return new FailureAnalysis(
            "The database cannot be reached.",
            "Check spring.datasource.url, and that the database runs and accepts connections from"
                + " here.",
            rootFailure);
      }
      return null;
    }
  }
}
