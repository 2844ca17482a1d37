"""Decides SPF cases with pyspf (Debian: python3-spf), the DNS replaced by each case's own zone.

Reads one JSON object a line: {"zone": {name: {type: [data]} | "TIMEOUT"}, "ip", "helo", "from"}.
Writes one JSON object a line: {"result", "text"}.
"""
import json
import sys

import spf

zone = {}


def lookup(name, qtype, strict=True, timeout=20):
    name = str(name).rstrip('.').lower()
    held = zone.get(name)
    if held == 'TIMEOUT':
        raise spf.TempError('DNS timeout')
    if held is None:
        return []
    if 'CNAME' in held:
        target = held['CNAME'][0]
        return [((name, 'CNAME'), target)] + lookup(target, qtype, strict, timeout)
    found = held.get(qtype, [])
    if qtype == 'TXT':
        found = [[text.encode('latin-1')] for text in found]
    elif qtype == 'MX':
        found = [(int(mx.split()[0]), mx.split()[1]) for mx in found]
    return [((name, qtype), data) for data in found]


spf.DNSLookup = lookup

for line in sys.stdin:
    case = json.loads(line)
    zone = case['zone']
    try:
        result, text = spf.check2(i=case['ip'], s=case['from'], h=case['helo'],
                                  receiver='mx.example.org', querytime=0)
    except Exception as problem:
        result, text = 'raised', repr(problem)
    print(json.dumps({'result': result, 'text': text}), flush=True)
