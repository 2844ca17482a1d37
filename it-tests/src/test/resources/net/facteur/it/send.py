"""Hands in one message: send.py HOST PORT CA USER PASSWORD RECIPIENT"""
import smtplib
import ssl
import sys

host, port, ca, user, password, recipient = sys.argv[1:]
message = (
    f"From: <{user}>\r\nTo: <{recipient}>\r\nSubject: by smtplib\r\n\r\n"
    "First line\r\n.\r\n..two dots\r\nlast line\r\n"
)
with smtplib.SMTP(host, int(port), local_hostname="client.test", timeout=30) as smtp:
    smtp.starttls(context=ssl.create_default_context(cafile=ca))
    smtp.login(user, password)
    refused = smtp.sendmail(user, [recipient], message.encode("ascii"))
    assert not refused, refused
