"""Signs a message as theirs._domainkey.example.net: sign.py MESSAGE KEY ALGORITHM"""
import sys

import dkim

message = open(sys.argv[1], "rb").read()
key = open(sys.argv[2], "rb").read()
field = dkim.sign(
    message,
    b"theirs",
    b"example.net",
    key,
    canonicalize=(b"relaxed", b"simple"),
    signature_algorithm=sys.argv[3].encode(),
)
sys.stdout.buffer.write(field + message)
