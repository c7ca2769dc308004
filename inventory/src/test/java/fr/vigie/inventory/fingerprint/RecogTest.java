package fr.vigie.inventory.fingerprint;

import static org.assertj.core.api.Assertions.assertThat;

import com.rapid7.recog.RecogMatcher;
import com.rapid7.recog.RecogMatchers;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Recog's files as shipped: its own examples, and what its expressions cost on text that was made to be expensive. */
final class RecogTest {
  @ParameterizedTest
  @ValueSource(strings = {"dhcp_vendor_class", "http_servers", "html_title", "http_wwwauth", "snmp_sysdescr", "snmp_sysobjid", "ssh_banners",
      "ftp_banners", "telnet_banners", "sip_user_agents", "sip_banners", "rtsp_servers", "smb_native_os", "x509_subjects", "mdns_device-info_txt"})
  void everyExampleMatchesItsExpressionAndNoTextMakesOneLookTooOften(String file) throws Exception {
    RecogMatchers all = Recog.read(null, Knowledge.shipped().kinds()).load(file);
    assertThat(all).isNotEmpty();
    List<String> wrong = new ArrayList<>();
    List<String> dear = new ArrayList<>();
    for (RecogMatcher m : all) {
      // the library tells the expression without its flags; without regard to case it looks most often
      Pattern pattern = Pattern.compile(m.getPattern(), Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
      List<String> seeds = new ArrayList<>(List.of("a", " ", "0", "1.", "-", "a "));
      for (String example : m.getExamples()) {
        if (!m.matches(example)) {
          wrong.add(m.getPattern());
        }
        if (seeds.size() < 9) {
          seeds.add(example);
          seeds.add(example.substring(0, example.length() / 2));
        }
      }
      for (String seed : seeds) {
        String text = seed.isEmpty() ? "x" : seed.repeat(Recog.LONGEST / seed.length() + 1).substring(0, Recog.LONGEST - 1) + "\u0001";
        long overruns = Knowledge.overruns();
        Matcher matcher = Frugal.matcher(pattern, text);
        Frugal.find(matcher);
        if (Knowledge.overruns() > overruns) {
          dear.add(m.getPattern());
        }
      }
    }
    assertThat(wrong).isEmpty();
    assertThat(dear).isEmpty();
  }
}
