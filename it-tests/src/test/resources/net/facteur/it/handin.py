"""Hands in a file: handin.py HOST PORT CA USER PASSWORD HELLO MAIL RCPT FILE

MAIL and RCPT are sent as they are, behind MAIL and RCPT.
"""
import smtplib
import ssl
import sys

host, port, ca, user, password, hello, mail, rcpt, file = sys.argv[1:]
with smtplib.SMTP(host, int(port), local_hostname=hello, timeout=30) as smtp:
    smtp.command_encoding = "utf-8"
    smtp.starttls(context=ssl.create_default_context(cafile=ca))
    smtp.login(user, password)
    for command in ("MAIL " + mail, "RCPT " + rcpt):
        code, text = smtp.docmd(command)
        assert code == 250, (command, code, text)
    code, text = smtp.docmd("DATA")
    assert code == 354, text
    smtp.send(open(file, "rb").read() + b"\r\n.\r\n")
    code, text = smtp.getreply()
    assert code == 250, (code, text)
