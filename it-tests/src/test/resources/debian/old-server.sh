# Makes the server that moves, of Debian's packages: Postfix hands mail for example.org to Dovecot,
# has OpenDKIM sign, and postsrsd rewrite what is forwarded. The certificate lies there already.
# The variables of /root/places say where to listen, and where others do.
. /root/places
postconf -e \
  'compatibility_level = 3.6' \
  'maillog_file = /var/log/mail.log' \
  'myhostname = mail.example.org' \
  'myorigin = $myhostname' \
  'mydestination = $myhostname, localhost' \
  'mynetworks = 127.0.0.1/32' \
  'inet_protocols = ipv4' \
  "smtp_bind_address = $OURS" \
  'smtp_dns_support_level = disabled' \
  'smtpd_peername_lookup = no' \
  'smtp_tls_security_level = may' \
  'transport_maps = hash:/etc/postfix/transport' \
  'minimal_backoff_time = 1s' \
  'maximal_backoff_time = 2s' \
  'queue_run_delay = 1s' \
  'alias_maps = hash:/etc/aliases' \
  'virtual_mailbox_domains = example.org' \
  'virtual_mailbox_maps = hash:/etc/postfix/mailboxes' \
  'virtual_alias_domains = example.com' \
  'virtual_alias_maps = hash:/etc/postfix/virtual' \
  'virtual_transport = lmtp:unix:private/dovecot-lmtp' \
  'recipient_delimiter = +' \
  'smtpd_tls_cert_file = /etc/letsencrypt/live/mail.example.org/fullchain.pem' \
  'smtpd_tls_key_file = /etc/letsencrypt/live/mail.example.org/privkey.pem' \
  'smtpd_tls_security_level = may' \
  'smtpd_sasl_type = dovecot' \
  'smtpd_sasl_path = private/auth' \
  'smtpd_sender_login_maps = hash:/etc/postfix/senders' \
  'smtpd_sender_restrictions = reject_authenticated_sender_login_mismatch' \
  'smtpd_milters = unix:opendkim/opendkim.sock' \
  'non_smtpd_milters = $smtpd_milters' \
  'milter_default_action = tempfail' \
  "sender_canonical_maps = tcp:127.0.0.1:$SRS_FORWARD" \
  'sender_canonical_classes = envelope_sender' \
  "recipient_canonical_maps = tcp:127.0.0.1:$SRS_REVERSE" \
  'recipient_canonical_classes = envelope_recipient,header_recipient'
postconf -MX smtp/inet
postconf -M "$OURS:$RECEPTION/inet=$OURS:$RECEPTION inet n - y - - smtpd"
postconf -M "$OURS:$SUBMISSION/inet=$OURS:$SUBMISSION inet n - y - - smtpd"
postconf -P \
  "$OURS:$SUBMISSION/inet/syslog_name=postfix/submission" \
  "$OURS:$SUBMISSION/inet/smtpd_tls_security_level=encrypt" \
  "$OURS:$SUBMISSION/inet/smtpd_sasl_auth_enable=yes" \
  "$OURS:$SUBMISSION/inet/smtpd_client_restrictions=permit_sasl_authenticated,reject"

cat >/etc/postfix/transport <<TEXT
example.net smtp:[$THEIRS]:$OUT
later.test  smtp:[$LATER]:$OUT
sender.test smtp:[$THEIRS]:$OUT
TEXT
for name in alice bob carol dave erin frank; do
  echo "$name@example.org example.org/$name/Maildir/"
done >/etc/postfix/mailboxes
cat >/etc/postfix/virtual <<'TEXT'
# The other name of the association.
example.com      whatever
@example.com     @example.org
team@example.org alice@example.org, bob@example.org,
                 carol@example.org
info@example.org team@example.org
# Carol reads her mail elsewhere, too.
carol@example.org carol@example.org, carol@example.net
# A former member.
gone@example.org gone@example.net
TEXT
cat >/etc/postfix/senders <<'TEXT'
team@example.org bob@example.org
TEXT
for name in alice bob carol dave erin frank; do
  echo "$name@example.org $name@example.org"
done >>/etc/postfix/senders
cat >/etc/aliases <<'TEXT'
postmaster: root
root: alice@example.org
webmaster: root
board: :include:/etc/postfix/board
TEXT
printf '%s\n' 'bob@example.org' '# and' 'dave@example.org' >/etc/postfix/board
chmod 0644 /etc/postfix/board
for table in transport mailboxes virtual senders; do postmap "hash:/etc/postfix/$table"; done
newaliases

# Users of Dovecot, with the schemes that years leave behind.
groupadd -g 5000 vmail
useradd -u 5000 -g vmail -d /var/vmail -m -s /usr/sbin/nologin vmail
sed -i -e 's/^!include auth-system/#&/' -e 's/^#!include auth-passwdfile/!include auth-passwdfile/' \
  -e 's/^auth_mechanisms = .*/auth_mechanisms = plain login/' /etc/dovecot/conf.d/10-auth.conf
cat >/etc/dovecot/local.conf <<'TEXT'
mail_location = maildir:~/Maildir
first_valid_uid = 5000
log_path = /var/log/dovecot.log
service lmtp {
  unix_listener /var/spool/postfix/private/dovecot-lmtp {
    mode = 0600
    user = postfix
    group = postfix
  }
}
service auth {
  unix_listener /var/spool/postfix/private/auth {
    mode = 0660
    user = postfix
    group = postfix
  }
}
protocol lmtp {
  postmaster_address = postmaster@mail.example.org
}
TEXT
useradd -M -s /usr/sbin/nologin frank
echo "frank:$PASSWORD" | chpasswd -c YESCRYPT
{
  for pair in alice:SHA512-CRYPT bob:BLF-CRYPT carol:SSHA256 dave:ARGON2ID erin:PBKDF2; do
    echo "${pair%%:*}@example.org:$(doveadm pw -s "${pair#*:}" -p "$PASSWORD")"
  done
  echo "frank@example.org:{CRYPT}$(getent shadow frank | cut -d: -f2)"
} | sed 's|^\([a-z]*\)@.*|&:5000:5000::/var/vmail/example.org/\1::|' >/etc/dovecot/users
userdel frank
chown root:dovecot /etc/dovecot/users
chmod 0640 /etc/dovecot/users

mkdir -p /etc/opendkim/keys/example.org
opendkim-genkey -b 2048 -d example.org -s s2024 -D /etc/opendkim/keys/example.org
chown -R opendkim: /etc/opendkim
cat >/etc/opendkim.conf <<'TEXT'
Syslog no
UMask 002
UserID opendkim
Mode s
Canonicalization relaxed/simple
OversignHeaders From
Socket local:/var/spool/postfix/opendkim/opendkim.sock
PidFile /run/opendkim/opendkim.pid
KeyTable /etc/opendkim/key.table
SigningTable refile:/etc/opendkim/signing.table
InternalHosts /etc/opendkim/trusted.hosts
TEXT
echo 's2024._domainkey.example.org example.org:s2024:/etc/opendkim/keys/example.org/s2024.private' \
  >/etc/opendkim/key.table
echo '*@example.org s2024._domainkey.example.org' >/etc/opendkim/signing.table
echo 127.0.0.1 >/etc/opendkim/trusted.hosts
sed -i 's|^SOCKET=.*|SOCKET=local:/var/spool/postfix/opendkim/opendkim.sock|' /etc/default/opendkim
install -d -o opendkim -g postfix -m 0750 /var/spool/postfix/opendkim
adduser --quiet postfix opendkim

sed -i -e "s/^SRS_FORWARD_PORT=.*/SRS_FORWARD_PORT=$SRS_FORWARD/" \
  -e "s/^SRS_REVERSE_PORT=.*/SRS_REVERSE_PORT=$SRS_REVERSE/" /etc/default/postsrsd
sed -i '/^SRS_DOMAIN=/d' /etc/default/postsrsd
echo SRS_DOMAIN=example.org >>/etc/default/postsrsd
