package fr.vigie.web.command;

import fr.vigie.rules.session.Finding;
import fr.vigie.rules.session.PolicyFiles;
import fr.vigie.web.policy.PolicyRoom;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A folder of rules that are put in force whenever they change and can all be used. A folder with one broken file changes nothing, is told
 * once, and stays a fault until it is mended. One thread looks, any may ask for the fault.
 */
final class FollowedPolicy {
  private final PolicyRoom policies;
  private final Path folder;
  private String state;
  private volatile @Nullable Finding fault;

  /** As it is now it is in force. */
  FollowedPolicy(PolicyRoom policies, Path folder) {
    this.policies = policies;
    this.folder = folder;
    this.state = PolicyFolder.state(folder);
  }

  /** What is wrong with the folder as it was last looked at, or null. */
  @Nullable Finding fault() {
    return fault;
  }

  /** Looks whether it changed. */
  void look() {
    String now = PolicyFolder.state(folder);
    if (now.equals(state)) {
      return;
    }
    state = now;
    List<Finding> findings = new ArrayList<>();
    SortedMap<String, byte[]> files = PolicyFiles.read(folder, findings);
    try {
      if (findings.isEmpty()) {
        findings = policies.folder(files, "folder");
      } else {
        policies.faults(findings);
      }
    } catch (IOException e) {
      state = ""; // a full disk says nothing of the folder: it is tried again
      findings.add(new Finding(folder.toString(), 0, 0, "ne peut être gardé : " + e.getMessage(), "cannot be kept: " + e.getMessage()));
    }
    Finding before = fault;
    fault = findings.isEmpty() ? null : findings.getFirst();
    if (fault != null && fault.equals(before)) {
      return;
    }
    System.err.println(findings.isEmpty() ? "vigie: the changed policy is in force: " + policies.policy().rules().size() + " rules"
        : "vigie: the changed policy cannot be used, the one in force stays: " + findings.getFirst());
  }
}
