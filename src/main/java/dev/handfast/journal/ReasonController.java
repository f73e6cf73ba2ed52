package dev.handfast.journal;

import dev.handfast.configuration.NotFoundException;
import dev.handfast.handshake.Alert;
import dev.handfast.handshake.ProtocolVersion;
import dev.handfast.handshake.Reason;
import dev.handfast.web.Page;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code /api/v1/reasons}: what a record's {@code documentation} links to. */
@RestController
@RequestMapping("/api/v1/reasons")
class ReasonController {

  private final ReasonGuide guide;

  ReasonController(ReasonGuide guide) {
    this.guide = guide;
  }

  /** All reasons. */
  @GetMapping
  Page<Explained> list() {
    return new Page<>(Arrays.stream(Reason.values()).map(this::explain).toList(), null);
  }

  /** One reason. */
  @GetMapping("/{code}")
  Explained get(@PathVariable String code) {
    return Reason.ofCode(code)
        .map(this::explain)
        .orElseThrow(() -> new NotFoundException("reason", code));
  }

  private Explained explain(Reason reason) {
    ReasonGuide.Entry entry = guide.entry(reason);
    return new Explained(
        reason.code(),
        reason.fault().code(),
        reason.alert(ProtocolVersion.TLS_1_3).map(Alert::rfcName).orElse(null),
        entry.meaning(),
        entry.whatToDo());
  }

  /**
   * A reason explained.
   *
   * @param alert sent to the client under TLS 1.3, or null
   */
  record Explained(
      String code, String fault, @Nullable String alert, String meaning, String whatToDo) {}
}
