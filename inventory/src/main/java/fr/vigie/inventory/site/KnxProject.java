package fr.vigie.inventory.site;

import fr.vigie.sensor.meaning.Datapoint;
import fr.vigie.sensor.meaning.GroupAddresses.Group;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * A project of ETS 4 to 6: a ZIP archive whose {@code P-…/0.xml} lists the group addresses. Only that entry is read, and nothing is unpacked to
 * disk. The file is somebody's upload: entry names are compared with a pattern and never become paths, what an entry inflates to is counted as
 * it comes (whatever its header says), documents with a DOCTYPE are refused, and elements are bounded in number and depth.
 *
 * <p>The type of an address is that of the address; where the project leaves it out, that of the first communication object linked to it.
 */
final class KnxProject {
  private static final long MAX_FILE = 512L << 20;
  private static final long MAX_DOCUMENT = 256L << 20;
  private static final int MAX_ENTRIES = 200_000;
  private static final int MAX_DEPTH = 64;
  private static final int MAX_ADDRESSES = 1 << 16;
  private static final int MAX_LINKS = 1 << 20;
  private static final int MAX_NAME = 512;
  /** Octets between one closing bracket and the next: one tag with its attributes, or one text. */
  private static final int MAX_TAG = 16 << 20;

  private static final Pattern DOCUMENT = Pattern.compile("P-[0-9A-Fa-f]{1,8}/0\\.xml");
  private static final Pattern LOCKED = Pattern.compile("P-[0-9A-Fa-f]{1,8}\\.zip");

  private final String name;
  /** Addresses by the last part of their id, as links name them. */
  private final Map<String, Integer> ids = new HashMap<>();

  private final Map<Integer, Group> groups = new HashMap<>();
  private final Map<String, Datapoint> linked = new HashMap<>();

  private KnxProject(String name) {
    this.name = name;
  }

  static List<Group> read(Path path, String name) throws IOException, SiteError {
    if (Files.size(path) > MAX_FILE) {
      throw new SiteError(name, 1, 1, "the project is larger than 512 MiB");
    }
    try (ZipFile zip = new ZipFile(path.toFile())) {
      if (zip.size() > MAX_ENTRIES) {
        throw new SiteError(name, 1, 1, "the archive has more than " + MAX_ENTRIES + " entries");
      }
      boolean locked = false;
      ZipEntry document = null;
      for (ZipEntry entry : Collections.list(zip.entries())) {
        locked |= LOCKED.matcher(entry.getName()).matches();
        if (DOCUMENT.matcher(entry.getName()).matches()) {
          if (document != null) {
            throw new SiteError(name, 1, 1, "the archive holds more than one project; export them one by one");
          }
          document = entry;
        }
      }
      if (document == null) {
        throw new SiteError(name, 1, 1, locked
            ? "the project is protected by a password, which Vigie does not ask for; export the group addresses as CSV, or a copy without password"
            : "this archive holds no P-…/0.xml; it is not a project of ETS 4 or later");
      }
      KnxProject project = new KnxProject(name);
      try (InputStream in = new Counted(zip.getInputStream(document), name)) {
        project.parse(in);
      }
      return project.all();
    } catch (ZipException e) {
      throw new SiteError(name, 1, 1, "this is not a readable ZIP archive: " + Item.shown(String.valueOf(e.getMessage())));
    }
  }

  /** What is inflated, counted; the size that a header states proves nothing. */
  private static final class Counted extends FilterInputStream {
    private final String name;
    private long left = MAX_DOCUMENT;
    private int tag;

    Counted(InputStream in, String name) {
      super(in);
      this.name = name;
    }

    @Override
    public int read() throws IOException {
      int octet = super.read();
      count(octet < 0 ? 0 : 1);
      tag(octet);
      return octet;
    }

    @Override
    public int read(byte[] b, int off, int len) throws IOException {
      int n = super.read(b, off, len);
      count(Math.max(0, n));
      for (int i = 0; i < n; i++) {
        tag(b[off + i]);
      }
      return n;
    }

    /** The parser puts an attribute together whole, however long it is. */
    private void tag(int octet) throws IOException {
      tag = octet == '>' ? 0 : tag + 1;
      if (tag > MAX_TAG) {
        throw new TooLarge(name);
      }
    }

    private void count(int octets) throws IOException {
      left -= octets;
      if (left < 0) {
        throw new TooLarge(name);
      }
    }
  }

  /** An entry that inflates to more than any project, or whose tags do. */
  private static final class TooLarge extends IOException {
    private static final long serialVersionUID = 1;

    TooLarge(String name) {
      super(name + " is larger than any project");
    }
  }

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_VALIDATING, false);
    factory.setXMLResolver((publicId, systemId, base, namespace) -> InputStream.nullInputStream());
    return factory;
  }

  private void parse(InputStream in) throws SiteError {
    XMLStreamReader xml = null;
    try {
      xml = factory().createXMLStreamReader(in);
      int depth = 0;
      @Nullable Datapoint object = null;
      int objectDepth = -1;
      while (xml.hasNext()) {
        int event = xml.next();
        if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
          throw error(xml, "the document has a DOCTYPE or an entity of its own, which no project of ETS has");
        }
        if (event == XMLStreamConstants.START_ELEMENT) {
          if (++depth > MAX_DEPTH) {
            throw error(xml, "elements are nested deeper than " + MAX_DEPTH);
          }
          switch (xml.getLocalName()) {
            case "GroupAddress" -> address(xml);
            case "ComObjectInstanceRef" -> {
              object = GroupFile.type(attribute(xml, "DatapointType"));
              objectDepth = depth;
              link(xml, attribute(xml, "Links"), object);
            }
            case "Send", "Receive" -> link(xml, attribute(xml, "GroupAddressRefId"), object);
            default -> {
              // the rest of the project says nothing of values
            }
          }
        } else if (event == XMLStreamConstants.END_ELEMENT) {
          object = depth == objectDepth ? null : object;
          depth--;
        }
      }
    } catch (XMLStreamException e) {
      if (e.getNestedException() instanceof TooLarge || e.getCause() instanceof TooLarge) {
        throw new SiteError(name, 1, 1, "0.xml inflates to more than 256 MiB, or holds a tag of more than 16 MiB");
      }
      throw new SiteError(name, Math.max(1, e.getLocation() == null ? 1 : e.getLocation().getLineNumber()),
          Math.max(1, e.getLocation() == null ? 1 : e.getLocation().getColumnNumber()), "0.xml cannot be read: "
              + Item.shown(String.valueOf(e.getMessage()).lines().reduce((a, b) -> b).orElse("")));
    } finally {
      close(xml);
    }
  }

  private void close(@Nullable XMLStreamReader xml) throws SiteError {
    try {
      if (xml != null) {
        xml.close();
      }
    } catch (XMLStreamException e) {
      throw new SiteError(name, 1, 1, "0.xml cannot be read to its end");
    }
  }

  private static @Nullable String attribute(XMLStreamReader xml, String key) {
    return xml.getAttributeValue(null, key);
  }

  private SiteError error(XMLStreamReader xml, String sentence) {
    return new SiteError(name, Math.max(1, xml.getLocation().getLineNumber()), Math.max(1, xml.getLocation().getColumnNumber()), sentence);
  }

  private void address(XMLStreamReader xml) throws SiteError {
    String text = attribute(xml, "Address");
    if (text == null || !text.matches("\\d{1,5}") || Integer.parseInt(text) > 0xFFFF) {
      throw error(xml, "a group address without an Address from 0 to 65535");
    }
    if (groups.size() >= MAX_ADDRESSES) {
      throw error(xml, "more than " + MAX_ADDRESSES + " group addresses");
    }
    int address = Integer.parseInt(text);
    String called = attribute(xml, "Name");
    called = called == null ? "" : called.length() > MAX_NAME ? called.substring(0, MAX_NAME) : called;
    groups.put(address, new Group(address, GroupFile.type(attribute(xml, "DatapointType")), called));
    String id = attribute(xml, "Id");
    if (id != null && id.length() <= MAX_NAME) {
      ids.put(last(id), address);
    }
  }

  private static String last(String id) {
    int at = id.lastIndexOf("GA-");
    return at < 0 ? id : id.substring(at);
  }

  private void link(XMLStreamReader xml, @Nullable String links, @Nullable Datapoint type) throws SiteError {
    if (links == null || type == null) {
      return;
    }
    for (int at = 0; at < links.length();) {
      int space = links.indexOf(' ', at);
      int end = space < 0 ? links.length() : space;
      if (linked.size() >= MAX_LINKS) {
        throw error(xml, "more than " + MAX_LINKS + " links to group addresses");
      }
      if (end > at && end - at <= MAX_NAME) {
        linked.putIfAbsent(last(links.substring(at, end)), type);
      }
      at = end + 1;
    }
  }

  /** The addresses, those without a type of their own with that of what is linked to them. */
  private List<Group> all() throws SiteError {
    linked.forEach((id, type) -> {
      Integer address = ids.get(id);
      Group group = address == null ? null : groups.get(address);
      if (group != null && group.type() == null) {
        groups.put(group.address(), new Group(group.address(), type, group.name()));
      }
    });
    if (groups.isEmpty()) {
      throw new SiteError(name, 1, 1, "the project has no group addresses");
    }
    return new ArrayList<>(groups.values());
  }
}
