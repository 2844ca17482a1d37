package net.facteur.server.imap;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.facteur.server.config.NetworkTypes;
import net.facteur.server.files.Access;
import net.facteur.server.imap.InstalledDovecot.Part;
import net.facteur.server.routing.NextHop;
import net.facteur.server.tls.TlsSettings.CertificateFiles;
import net.facteur.server.tls.TlsSettings.HostPattern;

/// What Dovecot has to be told, for its release. Two files go where Debian's `dovecot.conf`
/// includes them in the order of their names, so that none of its own has to be edited: one before
/// `10-auth.conf`, since the first source of passwords that knows the answer gives it, and one
/// after all others, since the last value of a setting counts.
///
/// @param dovecot the release, and what of it is there
/// @param joint what they say
record DovecotConfiguration(InstalledDovecot dovecot, Joint joint) {
  static final String FIRST = "conf.d/05-facteur.conf";
  static final String LAST = "conf.d/99-facteur.conf";
  static final String OURS = "facteur";
  static final String SCRIPT = OURS + "/accounts.lua";
  private static final String JUNK_RULE = OURS + "/junk.sieve";
  private static final String SPAM_RULE = OURS + "/learn-spam.sieve";
  private static final String HAM_RULE = OURS + "/learn-ham.sieve";
  static final String LEARN = OURS + "/learn";

  private static final String HEAD =
      """
      # Written by `facteur imap dovecot --apply`, and anew whenever it is typed; --remove takes it
      # away. What you add belongs into another file, such as /etc/dovecot/local.conf.
      """;

  /// What differs from one server to the next.
  ///
  /// @param directory of Dovecot's settings, usually `/etc/dovecot`
  /// @param sockets the directory of Dovecot's sockets, usually `/run/dovecot`
  /// @param owner the user whom the Maildirs belong to
  /// @param group likewise
  /// @param settings ours
  /// @param secret what the script shows
  /// @param lmtp where mail comes in
  /// @param separators what parts a user from a tag
  /// @param folders tags choose folders
  /// @param names those that have a certificate of their own
  record Joint(
      Path directory,
      Path sockets,
      String owner,
      String group,
      ImapSettings settings,
      String secret,
      NextHop lmtp,
      String separators,
      boolean folders,
      List<HostPattern> names) {
    Joint {
      names = List.copyOf(names);
    }

    @Override
    public String toString() {
      return "Joint[" + directory + ", " + owner + "]";
    }
  }

  private boolean old() {
    return dovecot.release() == DovecotRelease.V2_3;
  }

  private Path path(String name) {
    return joint.directory().resolve(name);
  }

  private boolean learns() {
    return joint.settings().junkCommand().isPresent() && dovecot.has(Part.SIEVE);
  }

  /// The files, those that others name first.
  List<DovecotFile> files() {
    var files = new ArrayList<DovecotFile>();
    files.add(new DovecotFile(SCRIPT, script(), Access.GROUP));
    if (dovecot.has(Part.SIEVE)) {
      files.add(new DovecotFile(JUNK_RULE, junkRule(), Access.PUBLIC));
    }
    if (learns()) {
      files.add(new DovecotFile(SPAM_RULE, learnRule("spam"), Access.PUBLIC));
      files.add(new DovecotFile(HAM_RULE, learnRule("ham"), Access.PUBLIC));
      files.add(new DovecotFile(LEARN + "/learn", program(), Access.PROGRAM));
    }
    files.add(new DovecotFile(FIRST, HEAD + sources(), Access.PUBLIC));
    files.add(new DovecotFile(LAST, HEAD + settings(), Access.PUBLIC));
    return files;
  }

  /// The names of all files that there may be.
  static List<String> names() {
    return List.of(FIRST, LAST, SCRIPT, JUNK_RULE, SPAM_RULE, HAM_RULE, LEARN + "/learn");
  }

  /// Sieve rules, which Dovecot compiles.
  static List<String> rules() {
    return List.of(JUNK_RULE, SPAM_RULE, HAM_RULE);
  }

  // ---- who may log in

  private String sources() {
    String said =
        """

        # Who may log in is asked of Facteur, and of nobody else: PAM, which 10-auth.conf names, would
        # make each wrong password wait. Rules of Facteur for app passwords, locks and guesses hold.
        """;
    return said
        + (old()
                ? """
                passdb {
                  driver = lua
                  args = file=%1$s blocking=yes
                  result_failure = return-fail
                  result_internalfail = return
                }
                userdb {
                  driver = lua
                  args = file=%1$s blocking=yes
                  result_failure = return-fail
                  result_internalfail = return
                }
                """
                : """
                passdb facteur {
                  driver = lua
                  lua_file = %1$s
                  result_failure = return-fail
                  result_internalfail = return
                }
                userdb facteur {
                  driver = lua
                  lua_file = %1$s
                  result_failure = return-fail
                  result_internalfail = return
                }
                """)
            .formatted(path(SCRIPT));
  }

  /// The script that asks us. Values are percent-encoded, so that no name and no password can be
  /// more than a value.
  private String script() {
    InetSocketAddress at = joint.settings().listen().getFirst();
    return """
    -- Written by `facteur imap dovecot --apply`. Holds a secret: nobody but Dovecot may read it.
    local door = "http://%s"
    local secret = "%s"
    local client

    local function encoded(value)
      return (tostring(value or ""):gsub("[^%%w]", function(c)
        return string.format("%%%%%%02X", string.byte(c))
      end))
    end

    local function ask(path, fields)
      local parts = { "secret=" .. encoded(secret) }
      for name, value in pairs(fields) do
        parts[#parts + 1] = name .. "=" .. encoded(value)
      end
      local well, status, text = pcall(function()
        client = client or dovecot.http.client(%s)
        local request = client:request({ url = door .. path, method = "POST" })
        request:add_header("Content-Type", "application/x-www-form-urlencoded")
        request:set_payload(table.concat(parts, "&"))
        local answer = request:submit()
        return answer:status(), answer:payload()
      end)
      if not well then
        return 0, {}, tostring(status)
      end
      local found = {}
      for name, value in (text or ""):gmatch("([a-z]+)=([^\\n]*)") do
        found[name] = value
      end
      return status, found, text
    end

    function auth_password_verify(request, password)
      local status, found = ask("/password", {
        service = request.service or request.protocol,
        session = request.session,
        client = request.remote_ip or request.rip,
        user = request.user,
        password = password,
        apps = "%s",
      })
      if status == 200 then
        return dovecot.auth.PASSDB_RESULT_OK, { user = found.user, facteur_app = found.app }
      elseif status == 401 or status == 400 then
        return dovecot.auth.PASSDB_RESULT_PASSWORD_MISMATCH, ""
      elseif status == 403 then
        return dovecot.auth.PASSDB_RESULT_USER_DISABLED, ""
      end
      return dovecot.auth.PASSDB_RESULT_INTERNAL_FAILURE, "Facteur does not answer"
    end

    -- The name by which the sessions of an app password are ended.
    local function app(request, user)
      local name = request.passdb and request.passdb.facteur_app
      return name and user .. ":" .. name or nil
    end

    function auth_userdb_lookup(request)
      local status, found = ask("/mailbox", { user = request.user })
      if status == 200 then
        return dovecot.auth.USERDB_RESULT_OK, {
          user = found.user,
          home = found.home,
          %s
          %s
        }
      elseif status == 404 then
        return dovecot.auth.USERDB_RESULT_USER_UNKNOWN, ""
      end
      return dovecot.auth.USERDB_RESULT_INTERNAL_FAILURE, "Facteur does not answer"
    end

    function auth_userdb_iterate()
      local status, _, text = ask("/mailboxes", {})
      local users = {}
      if status == 200 then
        for name in text:gmatch("[^\\n]+") do
          users[#users + 1] = name
        end
      end
      return users
    end
    """
        .formatted(
            NetworkTypes.print(at),
            joint.secret(),
            old()
                ? "{ timeout = 25000, max_attempts = 2 }"
                : "{ request_timeout = \"25s\", request_max_attempts = 2 }",
            old() ? "" : "named",
            old() ? "" : "user_app = app(request, found.user),",
            old()
                ? "quota_rule = \"*:bytes=\" .. (found.quota or \"0\"),"
                : "quota_storage_size = found.quota ~= \"0\" and found.quota .. \"B\" or"
                    + " \"unlimited\",");
  }

  // ---- everything else

  private String settings() {
    var out = new StringBuilder(4096);
    out.append(accounts());
    out.append(old() ? storage23() : storage24());
    out.append(mailboxes());
    out.append(old() ? quota23() : quota24());
    out.append(delivery());
    if (dovecot.has(Part.SIEVE)) {
      out.append(old() ? sieve23() : sieve24());
    }
    out.append(certificate());
    out.append(doveadm());
    return out.toString();
  }

  private String accounts() {
    return """

    # A changed password counts at once. Names are Facteur's to judge.
    auth_mechanisms = plain login
    auth_cache_size = 0
    auth_username_chars =
    # Facteur puts guesses off itself, by user and network; Dovecot would let everybody wait who
    # shares the address of one who mistyped.
    service anvil {
      unix_listener anvil-auth-penalty {
        mode = 0
      }
    }
    """
        + (old()
            ? "disable_plaintext_auth = yes\nauth_username_format = %u\n"
            : "auth_allow_cleartext = no\nauth_username_format = %{user}\n");
  }

  private String storage23() {
    return """

    # The Maildirs that Facteur has written. It says where each user's is.
    mail_location = maildir:~/Maildir
    mail_uid = %s
    mail_gid = %s
    first_valid_uid = 1
    first_valid_gid = 1
    mail_privileged_group =
    mailbox_list_index = yes
    """
        .formatted(joint.owner(), joint.group());
  }

  private String storage24() {
    return """

    # The Maildirs that Facteur has written. It says where each user's is.
    mail_driver = maildir
    mail_home =
    mail_path = %%{home}/Maildir
    mail_inbox_path = %%{home}/Maildir
    mail_uid = %s
    mail_gid = %s
    first_valid_uid = 1
    first_valid_gid = 1
    mail_privileged_group =
    """
        .formatted(joint.owner(), joint.group());
  }

  private static String mailboxes() {
    var out =
        new StringBuilder(
            """

            # The folders that mail programs look for.
            namespace inbox {
              inbox = yes
            """);
    for (String name : List.of("Drafts", "Sent", "Junk", "Trash", "Archive")) {
      out.append(
          """
            mailbox %s {
              auto = subscribe
              special_use = \\%s
            }
          """
              .formatted(name, name));
    }
    // Debian names a second folder for sent mail.
    out.append("  mailbox \"Sent Messages\" {\n    special_use =\n  }\n}\n");
    return out.toString();
  }

  private String quota23() {
    return """

    # How large a mailbox may be is asked of Facteur. Mail for a full one waits in its queue.
    mail_plugins = $mail_plugins quota
    protocol imap {
      mail_plugins = $mail_plugins imap_quota%s
    }
    plugin {
      quota = count:User quota
      quota_vsizes = yes
      quota_rule = *:bytes=0
      quota_rule2 = Trash:bytes=+50M
      quota_grace = 0
      quota_exceeded_message = The mailbox is full.
    }
    quota_full_tempfail = yes
    """
        .formatted(learns() ? " imap_sieve" : "");
  }

  private String quota24() {
    return """

    # How large a mailbox may be is asked of Facteur. Mail for a full one waits in its queue.
    mail_plugins {
      quota = yes
    }
    protocol imap {
      mail_plugins {
        imap_quota = yes%s
      }
    }
    quota "User quota" {
      driver = count
    }
    namespace inbox {
      mailbox Trash {
        quota_storage_extra = 50M
      }
    }
    quota_storage_grace = 0
    quota_exceeded_message = The mailbox is full.
    quota_full_tempfail = yes
    """
        .formatted(learns() ? "\n    imap_sieve = yes" : "");
  }

  private String delivery() {
    // Without rules, the tag chooses the folder, and there is no other way into Junk.
    boolean byTag = joint.folders() || !dovecot.has(Part.SIEVE);
    return """

    # Mail comes from Facteur by LMTP.
    service lmtp {
    %s
    }
    recipient_delimiter = %s
    lmtp_save_to_detail_mailbox = %s
    lda_mailbox_autocreate = no
    protocol lmtp {
      auth_username_format = %s
    }
    """
        .formatted(listener(), joint.separators(), byTag ? "yes" : "no", old() ? "%u" : "%{user}");
  }

  private String listener() {
    return switch (joint.lmtp()) {
      case NextHop.LmtpHost(String host, int port) ->
          "  inet_listener facteur {\n"
              + (host.startsWith("127.")
                  ? (old() ? "    address = " : "    listen = ") + host + "\n"
                  : "")
              + "    port = "
              + port
              + "\n  }";
      case NextHop.LmtpSocket(String path) ->
          "  unix_listener "
              + socket(Path.of(path))
              + " {\n    mode = 0600\n    user = "
              + joint.owner()
              + "\n  }";
      case NextHop.Maildir _,
          NextHop.Junk _,
          NextHop.LmtpJunk _,
          NextHop.Relay _,
          NextHop.Mx _,
          NextHop.Literal _,
          NextHop.Nowhere _,
          NextHop.ToList _,
          NextHop.ToMembers _,
          NextHop.Discard _,
          NextHop.Refused _ ->
          throw new IllegalArgumentException(joint.lmtp() + " is no LMTP server");
    };
  }

  /// Dovecot warns of sockets that are named whole and lie with its own.
  private Path socket(Path path) {
    return path.startsWith(joint.sockets()) ? joint.sockets().relativize(path) : path;
  }

  private String sieve23() {
    String learn =
        learns()
            ? """
              sieve_plugins = sieve_imapsieve sieve_extprograms
              sieve_global_extensions = +vnd.dovecot.pipe +vnd.dovecot.environment
              sieve_pipe_bin_dir = %s
              imapsieve_mailbox1_name = Junk
              imapsieve_mailbox1_causes = COPY APPEND
              imapsieve_mailbox1_before = file:%s
              imapsieve_mailbox2_name = *
              imapsieve_mailbox2_from = Junk
              imapsieve_mailbox2_causes = COPY
              imapsieve_mailbox2_before = file:%s
            """
                .formatted(path(LEARN), path(SPAM_RULE), path(HAM_RULE))
            : "";
    return """

    # What Facteur finds suspicious goes into Junk, before the rules of the user.
    protocol lmtp {
      mail_plugins = $mail_plugins sieve
    }
    plugin {
      sieve = file:~/sieve;active=~/.dovecot.sieve
      sieve_before = %s
    %s}
    """
            .formatted(path(JUNK_RULE), learn)
        + room();
  }

  /// What a program of [#learns] may reserve: it has the limit of the process that starts it, 256
  /// MiB by default, and no JVM starts with that.
  private String room() {
    return learns()
        ? """
        service imap {
          vsz_limit = 64G
        }
        """
        : "";
  }

  private String sieve24() {
    String learn =
        learns()
            ? """
            sieve_plugins {
              sieve_imapsieve = yes
              sieve_extprograms = yes
            }
            sieve_global_extensions {
              vnd.dovecot.pipe = yes
              vnd.dovecot.environment = yes
            }
            sieve_pipe_bin_dir = %s
            namespace inbox {
              mailbox Junk {
                sieve_script facteur-spam {
                  type = before
                  cause = copy append
                  path = %s
                }
              }
            }
            imapsieve_from Junk {
              sieve_script facteur-ham {
                type = before
                cause = copy
                path = %s
              }
            }
            """
                .formatted(path(LEARN), path(SPAM_RULE), path(HAM_RULE))
            : "";
    return """

    # What Facteur finds suspicious goes into Junk, before the rules of the user.
    protocol lmtp {
      mail_plugins {
        sieve = yes
      }
    }
    sieve_script facteur-junk {
      type = before
      path = %s
    }
    sieve_script personal {
      driver = file
      path = ~/sieve
      active_path = ~/.dovecot.sieve
    }
    """
            .formatted(path(JUNK_RULE))
        + learn
        + room();
  }

  private String certificate() {
    var out =
        new StringBuilder(
            "\n"
                + "# Facteur keeps these, and tells Dovecot of each new certificate.\n"
                + "ssl = required\n");
    if (old()) {
      out.append("ssl_min_protocol = TLSv1.2\n");
    }
    out.append(files("", joint.settings().shown()));
    for (HostPattern name : joint.names()) {
      out.append("local_name ").append(name).append(" {\n");
      out.append(files("  ", joint.settings().shown(name))).append("}\n");
    }
    return out.toString();
  }

  private String files(String indent, CertificateFiles shown) {
    return indent
        + (old() ? "ssl_cert = <" : "ssl_server_cert_file = ")
        + shown.chain()
        + "\n"
        + indent
        + (old() ? "ssl_key = <" : "ssl_server_key_file = ")
        + shown.key()
        + "\n";
  }

  private String doveadm() {
    return """

    # Facteur ends the sessions of users who were locked, and has a new certificate read. Nothing
    # else can be done by this socket.
    service doveadm {
      unix_listener %s {
        mode = 0600
        user = %s
      }
    }
    doveadm_allowed_commands = %s
    """
        .formatted(
            socket(joint.settings().doveadm()),
            joint.owner(),
            old() ? "kick,reload" : "kick reload");
  }

  // ---- rules

  /// Facteur writes to `user+Junk` what it quarantines.
  private static String junkRule() {
    return """
    # Written by `facteur imap dovecot --apply`. Facteur sends what it finds suspicious to
    # user+Junk@domain.
    require ["envelope", "fileinto", "mailbox", "subaddress"];
    if envelope :comparator "i;ascii-casemap" :detail "to" "Junk" {
      fileinto :create "Junk";
      stop;
    }
    """;
  }

  private static String learnRule(String word) {
    String unless =
        word.equals("ham")
            ? """
            # What goes from Junk into the trash is no better for it.
            if environment :matches "imap.mailbox" ["Trash", "Trash.*", "Trash/*"] {
              stop;
            }
            """
            : "";
    return """
    # Written by `facteur imap dovecot --apply`.
    require ["vnd.dovecot.pipe", "copy", "imapsieve", "environment"];
    """
        + unless
        + "pipe :copy \"learn\" [\""
        + word
        + "\"];\n";
  }

  /// Rules may only run programs of a directory of ours.
  private String program() {
    Optional<Path> command = joint.settings().junkCommand();
    return "#!/bin/sh\n# Written by `facteur imap dovecot --apply`.\nexec '"
        + command.map(Path::toString).orElse("/bin/true").replace("'", "'\\''")
        + "' \"$@\"\n";
  }
}
