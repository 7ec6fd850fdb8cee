# trine chips and trine devices.
. "$(dirname "$0")/lib.sh"

expect 0 chips
for chip in a100 h100 h200 b200 mi250x mi300x mi355x v5e v5p v6e v7x trn1 trn2 trn3; do
    grep -q "^$chip " "$work/out" || fail "trine chips lacks $chip"
done
for parent in sm80 sm90 sm100 gfx90a gfx942 gfx950 tpu trainium; do
    ! grep -q "^$parent " "$work/out" || fail "trine chips lists $parent, which is no chip"
done
expect 0 chips --json
json "len(j['chips']) == len({c['name'] for c in j['chips']}) >= 14"
json "[c for c in j['chips'] if c['name'] == 'h200'][0]['hbm_bandwidth'] == 4.8e12"

expect 0 chips trn2
grep -Eq '^clock +2\.4 +GHz +V +AWS Neuron documentation$' "$work/out" || fail "the clock of trn2 is not shown with unit, tag and source"
expect 0 chips trn2 --json
json "[v for v in j['values'] if v['key'] == 'clock'] == [{'key': 'clock', 'value': 2.4e9, 'text': '2.4', 'unit': 'GHz', 'tag': 'V', 'source': 'AWS Neuron documentation'}]"
expect 2 chips nosuchchip
err_has nosuchchip
printf 'family = systolic\nclock = 1 parsec [V] "x"\n' >"$work/bad.chip"
expect 3 chips "$work/bad.chip"
err_has "bad.chip:2:"
err_has '    clock = 1 parsec [V] "x"'

expect 0 devices
grep -q '^ref ' "$work/out" || fail "trine devices lacks ref"
grep -q '^sim:trn2 ' "$work/out" || fail "trine devices lacks sim:trn2"
expect 0 devices --json
json "all(d['available'] or d['note'] for d in j['devices'])"
json "{d['name'] for d in j['devices']} >= {'ref', 'cuda:0', 'hip:0', 'sim:v5e'}"
TRINE_DRIVERS=$work expect 0 devices --json
finish
