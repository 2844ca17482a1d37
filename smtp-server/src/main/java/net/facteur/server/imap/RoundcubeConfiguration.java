package net.facteur.server.imap;

import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What Roundcube has to be told, in PHP.
///
/// @param plugins those that are there
/// @param imap where mail is read, as Roundcube writes it: `tls://localhost:143`
/// @param smtp where mail is handed in; empty where users hand in none
/// @param sieve where rules are kept; empty where there are none
/// @param domain what is added to a name without one; empty where there are several domains
/// @param door where passwords are changed
/// @param shortest characters that a password has at least
/// @param secret what is shown there
record RoundcubeConfiguration(
    Set<String> plugins,
    String imap,
    Optional<String> smtp,
    Optional<String> sieve,
    Optional<String> domain,
    URI door,
    int shortest,
    String secret) {
  private static final String TLS =
      "['ssl' => ['verify_peer' => false, 'verify_peer_name' => false]]";

  String text() {
    String wanted =
        Stream.of("archive", "zipdownload", "markasjunk", "managesieve", "password")
            .filter(plugins::contains)
            .filter(name -> !name.equals("managesieve") || sieve.isPresent())
            .map(RoundcubeConfiguration::quoted)
            .collect(Collectors.joining(", "));
    return """
    <?php
    // Users read and send with the password that they have in Facteur.
    // Written by `facteur imap roundcube --apply`, which writes it anew. Settings of your own belong
    // into config.inc.php, after the line that includes this file.

    // All of it is on this machine, where nobody is in between; the certificate names the server as
    // it is called outside, and may be of an authority that PHP does not know.
    $config['imap_host'] = %s;
    $config['imap_conn_options'] = %s;
    """
            .formatted(quoted(imap), TLS)
        + smtp.map(RoundcubeConfiguration::sending).orElse("")
        + domain
            .map(
                name ->
                    """

                    // Whoever leaves out what stands behind the @.
                    $config['username_domain'] = %s;
                    """
                        .formatted(quoted(name)))
            .orElse("")
        + """

        // The folders that Dovecot makes.
        $config['drafts_mbox'] = 'Drafts';
        $config['sent_mbox'] = 'Sent';
        $config['junk_mbox'] = 'Junk';
        $config['trash_mbox'] = 'Trash';
        $config['archive_mbox'] = 'Archive';

        $config['plugins'] = array_values(array_unique(array_merge($config['plugins'] ?? [], [%s])));
        """
            .formatted(wanted)
        + (plugins.contains("managesieve")
            ? sieve.map(RoundcubeConfiguration::rules).orElse("")
            : "")
        + (plugins.contains("password") ? passwords() : "");
  }

  private static String sending(String host) {
    return """
    $config['smtp_host'] = %s;
    $config['smtp_conn_options'] = %s;
    $config['smtp_user'] = '%%u';
    $config['smtp_pass'] = '%%p';
    """
        .formatted(quoted(host), TLS);
  }

  private static String rules(String host) {
    return """

    // Rules for incoming mail, and answers during absence.
    $config['managesieve_host'] = %s;
    $config['managesieve_conn_options'] = %s;
    $config['managesieve_vacation'] = 1;
    """
        .formatted(quoted(host), TLS);
  }

  private String passwords() {
    return """

    // Passwords are changed in Facteur.
    $config['password_driver'] = 'facteur';
    $config['password_confirm_current'] = true;
    $config['password_minimum_length'] = %d;
    $config['facteur_door'] = %s;
    $config['facteur_secret'] = %s;
    """
        .formatted(shortest, quoted(door.toString()), quoted(secret));
  }

  /// The part of Roundcube's plugin `password` that speaks to this server.
  static String driver() {
    return """
    <?php
    // Changes the password in Facteur. Written by `facteur imap roundcube --apply`.
    class rcube_facteur_password
    {
        public function save($curpass, $newpass, $username)
        {
            $config = rcmail::get_instance()->config;
            try {
                $answer = password::get_http_client()->request('POST', $config->get('facteur_door'), [
                    'form_params' => [
                        'secret' => $config->get('facteur_secret'),
                        'session' => bin2hex(random_bytes(8)),
                        'client' => rcube_utils::remote_addr(),
                        'user' => $username,
                        'password' => $curpass,
                        'new-password' => $newpass,
                        'language' => $this->say('en', 'fr'),
                    ],
                    'http_errors' => false,
                    'allow_redirects' => false,
                    'proxy' => '',
                    'timeout' => 25,
                ]);
                $status = $answer->getStatusCode();
            } catch (Exception $e) {
                rcube::raise_error(['code' => 600, 'message' => 'Facteur does not answer: ' . $e->getMessage()], true, false);
                return PASSWORD_CONNECT_ERROR;
            }
            switch ($status) {
            case 200:
                return PASSWORD_SUCCESS;
            case 400:
                return ['code' => PASSWORD_CONSTRAINT_VIOLATION, 'message' => trim((string) $answer->getBody())];
            case 401:
                return ['code' => PASSWORD_ERROR, 'message' => $this->say(
                    'The current password is not taken.',
                    "Le mot de passe actuel n'est pas accepté.")];
            case 403:
                return ['code' => PASSWORD_ERROR, 'message' => $this->say(
                    'This password is not changed here. Ask whoever runs the server.',
                    "Ce mot de passe ne se change pas ici. Adressez-vous à qui s'occupe du serveur.")];
            default:
                rcube::raise_error(['code' => 600, 'message' => "Facteur changes no password: status $status"], true, false);
                return PASSWORD_CONNECT_ERROR;
            }
        }

        private function say($english, $french)
        {
            return strpos($_SESSION['language'] ?? '', 'fr') === 0 ? $french : $english;
        }
    }
    """;
  }

  /// A text of PHP in which nothing is looked for.
  static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
