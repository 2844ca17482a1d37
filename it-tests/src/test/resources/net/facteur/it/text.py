"""Writes the decoded text of all parts of a message: text.py MESSAGE"""
import email
import sys

message = email.message_from_binary_file(open(sys.argv[1], "rb"))
for part in message.walk():
    if not part.is_multipart():
        sys.stdout.buffer.write(part.get_payload(decode=True))
