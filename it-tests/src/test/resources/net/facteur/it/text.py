"""Writes the decoded text of all parts of a message: text.py MESSAGE"""
import email
import sys

message = email.message_from_bytes(open(sys.argv[1], "rb").read())
for part in message.walk():
    if not part.is_multipart():
        sys.stdout.buffer.write(part.get_payload(decode=True))
