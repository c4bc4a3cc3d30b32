/* Messages and records as JSON (RFC 8259), one line, for programs that filter.
 *
 * Every function writes as those of text.h do: into the caller's buffer of
 * `size` characters, always ended by a NUL where `size` is not 0; `*length` is
 * what the whole takes, the NUL not counted, whether it fitted or not, and may
 * be NULL.  Nothing is allocated.  Whatever octets arrive, the result is JSON
 * in printable ASCII: names and strings are in presentation format, an octet
 * outside printable ASCII is \DDD in it, and the backslash is escaped once more
 * as JSON wants it ("\\027").
 *
 * No key ever changes its type: wherever the same path of keys is found, there
 * is the same kind of value.  What a message does not have is left out, never
 * null.
 *
 * A record is {"name":"www.example.test.","ttl":300,"class":"IN","type":"MX",
 * "data":"10 mail.example.test.","rdata":{"preference":10,
 * "exchange":"mail.example.test."}}.  `data` is the text of
 * stubdns_rdata_to_text() with STUBDNS_TEXT_NO_SPLIT.  The keys of `rdata` are
 * the labels of types.h, and its values by the kind of the field:
 *
 *   U8 to U48, DURATION, ALGORITHM, CERT_ALGORITHM, SCHEME, GATEWAY_TYPE:
 *     numbers, none of them beyond 2^53
 *   STRINGS, NAMES, TYPE_BITMAP, TYPE_BITMAP_OLD: arrays of strings
 *   SVC_PARAMS: an object by the names of keys: "mandatory" and "alpn" arrays
 *     of strings, "no-default-alpn" and "ohttp" true, "port" a number,
 *     "ipv4hint" and "ipv6hint" arrays of strings, "ech" base64, "dohpath" and
 *     any without a name ("key9") a string
 *   PREFIXES: [{"negated":false,"family":1,"address":"192.0.2.0","prefix":24}]
 *   LOCATION: {"latitude_ms":..., "longitude_ms":..., "altitude_cm":...,
 *     "size_cm":..., "horizontal_cm":..., "vertical_cm":...}: thousandths of a
 *     second of arc, north and east positive, and centimeters
 *   SERVICES: {"protocol":6,"ports":[25]}
 *   HOST_IDENTITY: {"algorithm":2,"hit":"2001...","public_key":"AwEA..."}
 *   RELAY_TYPE: a number, and before it "discovery_optional":false
 *   OPTIONS: an array of options, see below
 *   all others: strings in presentation format, hex, base64 and base32hex
 *     without length, "" where there are no octets
 *
 * A record whose type has no fields, or whose octets have no form but that of
 * RFC 3597, has {"hex":"00ff"} for `rdata`; one with malformed content has
 * beside it "malformed": a sentence that says why. */
#ifndef STUBDNS_JSON_H
#define STUBDNS_JSON_H

#include "message.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Writes {"name":"www.example.test.","class":"IN","type":"A"}.
 *
 * Returns 0 or STUBDNS_ENOSPACE. */
int stubdns_question_to_json(const stubdns_question_t *question, char *buffer,
                             size_t size, size_t *length);

/* Writes a record as the object above; of a multicast DNS record with the
 * cache-flush bit, with "cache_flush":true at its end.
 *
 * Returns 0 or STUBDNS_ENOSPACE. */
int stubdns_record_to_json(const stubdns_record_t *record, char *buffer,
                           size_t size, size_t *length);

/* Writes what a message has beside its question, without braces around, so that
 * a caller can put members of its own before and behind:
 *
 *   "size":191,"id":2895,"opcode":"QUERY","status":"NOERROR","rcode":0,
 *   "flags":["qr","aa","rd"],"edns":{...},"answer":[...],"authority":[...],
 *   "additional":[...]
 *
 * `edns` stands for the OPT record, which is not in `additional`:
 *
 *   {"version":0,"flags":["do"],"udp":4096,
 *    "ede":[{"code":6,"name":"DNSSEC Bogus","text":"expired"}],
 *    "options":[{"code":3,"name":"NSID","hex":"6e73","text":"ns"}]}
 *
 * "options" has all but the extended errors, in their order; behind "hex" stand
 * the parts of the value where it has the form that its RFC gives:
 *
 *   NSID           "text":"ns"
 *   DAU, DHU, N3U  "algorithms":[8,13]
 *   CLIENT-SUBNET  "family":1,"source":24,"scope":0,"address":"192.0.2.0"
 *   EXPIRE         "expire":3600
 *   COOKIE         "client":"0011223344556677","server":"8899aabbccddeeff"
 *   TCP KEEPALIVE  "timeout_ms":12000
 *   CHAIN, REPORT-CHANNEL  "domain":"example.test."
 *   KEY-TAG        "key_tags":[20326]
 *   EDE            "info_code":6,"text":"expired" (in a record's options only)
 *   ZONEVERSION    "labels":2,"version_type":0,"version":"78563412"
 *
 * Numbers without a name are "OPT65001", "EDE4711", "RCODE3841", "OPCODE7".
 * Unassigned flags of EDNS are "mbz":8192.  An OPT record with malformed
 * content has "malformed" and "hex" at the end of `edns`.  Octets behind the
 * last record are counted in "trailing", at the end of all.
 *
 * Returns 0 or STUBDNS_ENOSPACE. */
int stubdns_message_to_json_members(const stubdns_message_t *message,
                                    char *buffer, size_t size, size_t *length);

/* Writes a whole object: "question", where there is one, and those members.
 *
 * Returns 0 or STUBDNS_ENOSPACE. */
int stubdns_message_to_json(const stubdns_message_t *message, char *buffer,
                            size_t size, size_t *length);

#ifdef __cplusplus
}
#endif
#endif
