# coding: utf-8
"""Signs each request read from standard input in the form it names, verifies what was received instead of it with the
reference verifier, and prints what was sent and the verdicts, one JSON list."""
import hashlib, hmac, json, sys
import verify_signature as reference


def sign(case):
    request, version = case['signed'], case['version']
    headers = [tuple(pair) for pair in request['headers']]
    names = case['names']
    paths = reference.path_candidates(request['path'], version)
    queries = reference.query_candidates(request['query'], version)
    texts = reference.header_candidates(headers, names, version) or ['']
    form = case['form']
    path, query, text = paths[form[0] % len(paths)], queries[form[1] % len(queries)], texts[form[2] % len(texts)]
    lower = {name.lower(): value for name, value in headers}
    body_hash = lower.get('x-jdcloud-content-sha256') or hashlib.sha256(request['body'].encode()).hexdigest()
    canonical = '\n'.join([request['method'].upper(), path, query, text, ';'.join(names), body_hash])
    day, region, service, term = scope = ['20191122', 'cn-north-1', 'petstore', 'jdcloud%d_request' % version]
    key = ('JDCLOUD%d' % version + case['secret']).encode()
    for part in scope:
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    algorithm = 'JDCLOUD%d-HMAC-SHA256' % version
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = '\n'.join([algorithm, lower['x-jdcloud-date'], '/'.join(scope), digest])
    signature = hmac.new(key, to_sign.encode(), hashlib.sha256).hexdigest()
    return '%s Credential=AK/%s, SignedHeaders=%s, Signature=%s' % (algorithm, '/'.join(scope), ';'.join(names), signature)


def judge(case):
    authorization, request = sign(case), case['received']
    headers = [tuple(pair) for pair in request['headers']] + [('Authorization', authorization)]
    accepted, detail = reference.verify(
        request['method'], request['path'], request['query'], headers, request['body'].encode(),
        lambda access_key: case['secret'])
    return {'authorization': authorization, 'accepted': accepted,
            'canonical_request': detail['canonical_request'] if accepted else None}


json.dump([judge(case) for case in json.load(sys.stdin)], sys.stdout)
