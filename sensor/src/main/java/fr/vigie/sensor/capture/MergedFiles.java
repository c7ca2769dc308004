package fr.vigie.sensor.capture;

import fr.vigie.sensor.observe.Origin;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Several capture files as one sequence: a k-way merge by packet time, ties by the SHA-256 of the files (standard input last), then by the
 * index within the file. The order of the arguments does not matter: digests are taken first and everything follows their order.
 *
 * <p>Packets of one file keep their order even where their times go back: the merge compares the next packet of each file as it comes. A
 * file whose first packet is still to come is kept closed, so a thousand files of a rotating capture cost no more memory than the few
 * that overlap. The same content in the same capture zone is read once, and the copies are named among the {@link #faults}. A file that
 * cannot be read is a fault beside the others; only where none can be read is it an exception.
 */
final class MergedFiles implements PacketSource {
  private final Slabs slabs;
  private final OriginList origins = new OriginList();
  private final List<Member> members = new ArrayList<>();
  private final List<Fault> notices = new ArrayList<>();
  private Member[] heap = new Member[0];
  private int heads;
  private boolean advance;
  /** Members that have ended and may have statements left. */
  private final Deque<Member> ended = new ArrayDeque<>();

  private MergedFiles(Slabs slabs) {
    this.slabs = slabs;
  }

  /** Opens files; closes the pool with them. */
  static MergedFiles open(List<Path> files, Function<Path, String> realm, Slabs slabs) throws IOException {
    MergedFiles merged = new MergedFiles(slabs);
    try {
      merged.gather(files, realm);
      return merged;
    } catch (IOException e) {
      merged.close();
      throw e;
    }
  }

  private void gather(List<Path> files, Function<Path, String> realm) throws IOException {
    CaptureException first = null;
    List<Candidate> candidates = new ArrayList<>();
    for (Path file : files) {
      try {
        candidates.add(candidate(file, realm.apply(file)));
      } catch (CaptureException e) {
        first = first == null ? e : first;
        refuse(file, e);
      }
    }
    candidates.sort(Comparator.comparing(Candidate::digest).thenComparing(Candidate::realm).thenComparing(Candidate::name));
    Set<String> seen = new HashSet<>();
    for (Candidate c : candidates) {
      if (!seen.add(c.digest + "|" + c.realm)) {
        notices.add(new Fault(c.name, 0, 0, c.name + " has the same content as another file given: it was read once; name it once.", null));
        continue;
      }
      try {
        prime(c);
      } catch (CaptureException e) {
        first = first == null ? e : first;
        refuse(c.path, e);
      }
    }
    notices.sort(Comparator.comparing(Fault::file).thenComparing(Fault::message));
    if (members.isEmpty() && first != null) {
      throw first;
    }
    heap = new Member[members.size()];
    for (Member m : members) {
      if (m.pending) {
        heap[heads++] = m;
      } else {
        ended.add(m);
      }
    }
    for (int i = heads / 2 - 1; i >= 0; i--) {
      sink(i);
    }
  }

  private static Candidate candidate(Path file, String realm) throws IOException {
    if (file.toString().equals(Stored.STDIN)) {
      return new Candidate(file, Stored.STDIN, "~", realm);
    }
    try (Stored stored = Stored.open(file, false)) {
      if (stored.size() < 0) {
        // A pipe can be read only once: its digest comes at its end, and it ties behind every file.
        return new Candidate(file, Stored.name(file), "~" + file, realm);
      }
    }
    return new Candidate(file, Stored.name(file), Sha256.of(file), realm);
  }

  private void refuse(Path file, CaptureException e) {
    String message = e.getMessage();
    notices.add(new Fault(Stored.name(file), 0, 0, message == null ? e.kind().toString() : message, e.toString()));
  }

  /** Reads the first packet of a file for its time, and closes it again until that time comes. */
  private void prime(Candidate c) throws IOException {
    boolean once = c.digest.startsWith("~");
    CaptureFile file = CaptureFile.member(c.path, c.realm, slabs, origins, once ? null : c.digest);
    Member member = new Member(file, members.size());
    try {
      file.start();
    } catch (IOException e) {
      file.stop();
      throw e;
    }
    members.add(member);
    member.pending = file.next(member.head);
    if (!once && member.pending) {
      file.stop();
      member.waiting = true;
    }
  }

  @Override
  public boolean next(Packet packet) {
    if (advance) {
      Member top = heap[0];
      if (top.file.next(top.head)) {
        sink(0);
      } else {
        drop();
      }
      advance = false;
    }
    while (heads > 0) {
      Member top = heap[0];
      if (top.waiting && !resume(top)) {
        drop();
        continue;
      }
      packet.take(top.head);
      packet.stated |= !ended.isEmpty();
      advance = true;
      return true;
    }
    return false;
  }

  @Override
  public @Nullable Statement statement() {
    while (!ended.isEmpty()) {
      Statement said = ended.element().file.statement();
      if (said != null) {
        return said;
      }
      ended.remove();
    }
    return advance ? heap[0].file.statement() : null;
  }

  private boolean resume(Member member) {
    member.waiting = false;
    try {
      member.file.start();
      return member.file.next(member.head);
    } catch (IOException e) {
      member.file.stop();
      notices.add(new Fault(member.file.name(), 0, 0, member.file.name() + " changed while it was read: replay it again.", e.toString()));
      return false;
    }
  }

  private void drop() {
    ended.add(heap[0]);
    heap[0] = heap[--heads];
    sink(0);
  }

  private void sink(int from) {
    int i = from;
    if (i >= heads) {
      return;
    }
    Member moving = heap[i];
    while (true) {
      int child = 2 * i + 1;
      if (child >= heads) {
        break;
      }
      if (child + 1 < heads && heap[child + 1].before(heap[child])) {
        child++;
      }
      if (!heap[child].before(moving)) {
        break;
      }
      heap[i] = heap[child];
      i = child;
    }
    heap[i] = moving;
  }

  @Override
  public List<Origin> origins() {
    return origins.list();
  }

  @Override
  public List<String> realms() {
    return origins.realms();
  }

  @Override
  public List<Fault> faults() {
    List<Fault> all = new ArrayList<>(notices);
    for (Member m : members) {
      all.addAll(m.file.faults());
    }
    return all;
  }

  @Override
  public long position() {
    long sum = 0;
    for (Member m : members) {
      sum += m.waiting ? 0 : m.file.position();
    }
    return sum;
  }

  @Override
  public long size() {
    long sum = 0;
    for (Member m : members) {
      if (m.file.size() < 0) {
        return -1;
      }
      sum += m.file.size();
    }
    return sum;
  }

  @Override
  public void close() {
    heads = 0;
    advance = false;
    for (Member m : members) {
      m.file.close();
    }
    slabs.close();
  }

  /** A file given and what its place in the order rests on. */
  private record Candidate(Path path, String name, String digest, String realm) {}

  /** A file under the merge, its next packet, and its rank among equal times. */
  private static final class Member {
    final CaptureFile file;
    final int rank;
    final Packet head = new Packet();
    boolean pending;
    boolean waiting;

    Member(CaptureFile file, int rank) {
      this.file = file;
      this.rank = rank;
    }

    boolean before(Member other) {
      return head.at < other.head.at || head.at == other.head.at && rank < other.rank;
    }
  }
}
