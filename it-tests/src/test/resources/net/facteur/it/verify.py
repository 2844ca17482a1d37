"""Says of each signature, topmost first, whether it is valid: verify.py MESSAGE RECORDS

RECORDS has the TXT records of the DNS, a line each: name, tab, text.
"""
import re
import sys

import dkim

message = open(sys.argv[1], "rb").read()
records = dict(line.split("\t", 1) for line in open(sys.argv[2]).read().splitlines())


def txt(name, timeout=5):
    name = name.decode() if isinstance(name, bytes) else name
    found = records.get(name.rstrip("."))
    return found and found.encode()


fields = [value for name, value in dkim.DKIM(message).headers if name.lower() == b"dkim-signature"]
for index, value in enumerate(fields):
    algorithm = re.search(rb"\ba=([a-z0-9-]+)", value).group(1).decode()
    try:
        valid = dkim.DKIM(message).verify(idx=index, dnsfunc=txt)
    except dkim.DKIMException:
        valid = False
    print(algorithm, valid)
