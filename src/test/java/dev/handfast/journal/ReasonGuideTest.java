package dev.handfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.handfast.handshake.Alert;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReasonGuideTest {

  private final ReasonGuide guide = ReasonGuide.load();

  @ParameterizedTest
  @EnumSource
  void everyReasonIsDocumentedWithItsFaultItsAlertAndWhatToDo(Reason reason) {
    ReasonGuide.Entry entry = guide.entry(reason);
    String alert =
        reason
            .alert(ProtocolVersion.TLS_1_3)
            .map(Alert::rfcName)
            .map("Alert: `%s`"::formatted)
            .orElse("Alert: none");
    assertThat(entry.head()).startsWith("Fault: %s. %s".formatted(reason.fault().code(), alert));
    reason
        .alert(ProtocolVersion.TLS_1_2)
        .filter(older -> reason.alert(ProtocolVersion.TLS_1_3).filter(older::equals).isEmpty())
        .ifPresent(older -> assertThat(entry.head()).contains("`" + older.rfcName() + "`"));
    assertThat(entry.meaning()).hasSizeGreaterThan(40);
    assertThat(entry.whatToDo()).hasSizeGreaterThan(40);
  }

  @Test
  void noTwoReasonsMeanTheSame() {
    Set<String> meanings = new HashSet<>();
    for (Reason reason : Reason.values()) {
      assertThat(meanings.add(guide.entry(reason).meaning())).as(reason.code()).isTrue();
    }
  }

  @Test
  void thePageInTheApplicationIsTheOneInTheRepository() throws Exception {
    String page = Files.readString(Path.of("docs/reasons.md"));
    assertThat(ReasonGuideTest.class.getResourceAsStream("reasons.md"))
        .hasBinaryContent(page.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  @Test
  void aMissingOrUnknownReasonStopsTheStart() {
    assertThatThrownBy(() -> ReasonGuide.parse("# Reasons\n\n## not_tls\n"))
        .hasMessageContaining("reasons.md");
  }
}
