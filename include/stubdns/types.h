/* The table of record types: one line each, from which come the numbers below
 * and how RDATA is validated, printed, read from text and built.
 *
 *   X(identifier, number, mnemonic, RFC, rule, fields in wire order)
 *
 * The rule says what a malformed RDATA means:
 *   CLASSIC   the whole message is malformed (fixed-size and RFC 1035 types)
 *   CONTENT   only that record is; it is handed out as raw octets
 * and `_IN` after either, that the format is defined for class IN alone.
 * A type without fields, and one not listed, is opaque (RFC 3597).  Fields with
 * the same label have values of the same kind in JSON, whatever their type.
 *
 * Numbers are from the IANA registry "Resource Record (RR) TYPEs". */
#ifndef STUBDNS_TYPES_H
#define STUBDNS_TYPES_H

/* What a field of RDATA is.  In the comment: the octets on the wire and the
 * presentation format. */
#define STUBDNS_FIELD_KIND_MAP(X)                                              \
  X(END)               /* no field: ends the list */                           \
  X(NAME_COMPRESSIBLE) /* a name; RFC 1035 types, may be compressed */         \
  X(NAME)              /* a name; compression is read, never written */        \
  X(NAME_PLAIN)        /* a name; a compression pointer is malformed */        \
  X(NAMES)             /* names to the end, maybe none */                      \
  X(U8)                /* 1 octet, decimal */                                  \
  X(U16)               /* 2 octets, decimal */                                 \
  X(U32)               /* 4 octets, decimal */                                 \
  X(U48)               /* 6 octets, decimal */                                 \
  X(U64)               /* 8 octets, four groups of hex digits, RFC 6742 */     \
  X(DURATION)          /* 4 octets, seconds, decimal */                        \
  X(TIME)              /* 4 octets, YYYYMMDDHHmmSS, RFC 4034 section 3.2 */    \
  X(TYPE)              /* 2 octets, a type's mnemonic */                       \
  X(ALGORITHM)         /* 1 octet, a DNSSEC algorithm, decimal */              \
  X(CERT_TYPE)         /* 2 octets, mnemonic of RFC 4398 section 2.1 */        \
  X(CERT_ALGORITHM)    /* 1 octet, a DNSSEC algorithm's mnemonic */            \
  X(RCODE)             /* 2 octets, a TSIG error's mnemonic, RFC 8945 */       \
  X(SCHEME)            /* 1 octet, "NOTIFY" or decimal, RFC 9859 section 2 */  \
  X(IPV4)              /* 4 octets */                                          \
  X(IPV6)              /* 16 octets */                                         \
  X(STRING)            /* a character-string, quoted */                        \
  X(STRING_OPTIONAL)   /* a character-string or nothing */                     \
  X(STRINGS)           /* one or more character-strings to the end */          \
  X(TAG)               /* a character-string of letters and digits, bare */    \
  X(TEXT)              /* octets to the end as one quoted string */            \
  X(TEXT_NOT_EMPTY)    /* the same, at least one octet */                      \
  X(HEX)               /* octets to the end, hex digits, maybe none */         \
  X(HEX_NOT_EMPTY)     /* the same, at least one octet */                      \
  X(HEX_STRING)        /* length octet and octets, hex digits, "-" for none */ \
  X(HEX_PREFIXED)      /* octets to the end, "0x" and hex digits */            \
  X(BASE64)            /* octets to the end, base64 */                         \
  X(BASE64_NOT_EMPTY)  /* the same, at least one octet */                      \
  X(BASE64_OR_DASH)    /* octets to the end, base64, "-" for none */           \
  X(BASE64_SIZED)      /* 2 octets of length and octets, length and base64 */  \
  X(BASE32HEX_STRING)  /* length octet and octets, base32hex, not empty */     \
  X(EUI48)             /* 6 octets, "00-00-5e-..." */                          \
  X(EUI64)             /* 8 octets, likewise */                                \
  X(TYPE_BITMAP)       /* RFC 4034 section 4.1.2 */                            \
  X(TYPE_BITMAP_OLD)   /* RFC 2535 section 5.2, one flat bitmap */             \
  X(SERVICES)          /* protocol and port bitmap, RFC 1035 section 3.4.2 */  \
  X(LOCATION)          /* RFC 1876 section 2 and 3 */                          \
  X(PREFIXES)          /* address prefixes to the end, RFC 3123 section 4 */   \
  X(GATEWAY_TYPE)      /* 1 octet, decimal, says what GATEWAY is */            \
  X(GATEWAY)           /* nothing, IPv4, IPv6 or name, RFC 4025 section 2.5 */ \
  X(RELAY_TYPE)        /* 1 octet: D flag and type, RFC 8777 section 4.2 */    \
  X(HOST_IDENTITY) /* lengths, algorithm, HIT and key, RFC 8005 section 5 */   \
  X(ATM_ADDRESS)   /* format octet, and hex digits or "+" and digits */        \
  X(A6_ADDRESS)    /* prefix length, suffix and name, RFC 2874 section 3.1 */  \
  X(SVC_PARAMS)    /* RFC 9460 section 2.2 */                                  \
  X(OPTIONS)       /* EDNS options, RFC 6891 section 6.1.2 */

#define STUBDNS_TYPE_MAP(X)                                                    \
  X(A, 1, "A", 1035, CLASSIC_IN, F(IPV4, "address"))                           \
  X(NS, 2, "NS", 1035, CLASSIC, F(NAME_COMPRESSIBLE, "target"))                \
  X(MD, 3, "MD", 1035, CLASSIC, F(NAME_COMPRESSIBLE, "target"))                \
  X(MF, 4, "MF", 1035, CLASSIC, F(NAME_COMPRESSIBLE, "target"))                \
  X(CNAME, 5, "CNAME", 1035, CLASSIC, F(NAME_COMPRESSIBLE, "target"))          \
  X(SOA, 6, "SOA", 1035, CLASSIC,                                              \
    F(NAME_COMPRESSIBLE, "mname") F(NAME_COMPRESSIBLE, "rname")                \
        F(U32, "serial") F(DURATION, "refresh") F(DURATION, "retry")           \
            F(DURATION, "expire") F(DURATION, "minimum"))                      \
  X(MB, 7, "MB", 1035, CLASSIC, F(NAME_COMPRESSIBLE, "target"))                \
  X(MG, 8, "MG", 1035, CLASSIC, F(NAME_COMPRESSIBLE, "target"))                \
  X(MR, 9, "MR", 1035, CLASSIC, F(NAME_COMPRESSIBLE, "target"))                \
  X(NULL, 10, "NULL", 1035, CLASSIC, )                                         \
  X(WKS, 11, "WKS", 1035, CONTENT_IN,                                          \
    F(IPV4, "address") F(SERVICES, "services"))                                \
  X(PTR, 12, "PTR", 1035, CLASSIC, F(NAME_COMPRESSIBLE, "target"))             \
  X(HINFO, 13, "HINFO", 1035, CLASSIC, F(STRING, "cpu") F(STRING, "os"))       \
  X(MINFO, 14, "MINFO", 1035, CLASSIC,                                         \
    F(NAME_COMPRESSIBLE, "rmailbx") F(NAME_COMPRESSIBLE, "emailbx"))           \
  X(MX, 15, "MX", 1035, CLASSIC,                                               \
    F(U16, "preference") F(NAME_COMPRESSIBLE, "exchange"))                     \
  X(TXT, 16, "TXT", 1035, CLASSIC, F(STRINGS, "strings"))                      \
  X(RP, 17, "RP", 1183, CLASSIC, F(NAME, "mailbox") F(NAME, "text"))           \
  X(AFSDB, 18, "AFSDB", 1183, CLASSIC, F(U16, "subtype") F(NAME, "hostname"))  \
  X(X25, 19, "X25", 1183, CONTENT, F(STRING, "address"))                       \
  X(ISDN, 20, "ISDN", 1183, CONTENT,                                           \
    F(STRING, "address") F(STRING_OPTIONAL, "subaddress"))                     \
  X(RT, 21, "RT", 1183, CLASSIC, F(U16, "preference") F(NAME, "host"))         \
  X(NSAP, 22, "NSAP", 1706, CONTENT_IN, F(HEX_PREFIXED, "address"))            \
  X(NSAP_PTR, 23, "NSAP-PTR", 1706, CONTENT_IN, F(NAME, "target"))             \
  X(SIG, 24, "SIG", 2535, CONTENT,                                             \
    F(TYPE, "type_covered") F(ALGORITHM, "algorithm") F(U8, "labels")          \
        F(DURATION, "original_ttl") F(TIME, "expiration") F(TIME, "inception") \
            F(U16, "key_tag") F(NAME, "signer")                                \
                F(BASE64_NOT_EMPTY, "signature"))                              \
  X(KEY, 25, "KEY", 2535, CONTENT,                                             \
    F(U16, "flags") F(U8, "protocol") F(ALGORITHM, "algorithm")                \
        F(BASE64, "key"))                                                      \
  X(PX, 26, "PX", 2163, CONTENT_IN,                                            \
    F(U16, "preference") F(NAME, "map822") F(NAME, "mapx400"))                 \
  X(GPOS, 27, "GPOS", 1712, CONTENT,                                           \
    F(STRING, "longitude") F(STRING, "latitude") F(STRING, "altitude"))        \
  X(AAAA, 28, "AAAA", 3596, CLASSIC_IN, F(IPV6, "address"))                    \
  X(LOC, 29, "LOC", 1876, CONTENT, F(LOCATION, "location"))                    \
  X(NXT, 30, "NXT", 2535, CONTENT,                                             \
    F(NAME, "next") F(TYPE_BITMAP_OLD, "types"))                               \
  X(EID, 31, "EID", 0, CONTENT, F(HEX_NOT_EMPTY, "data"))                      \
  X(NIMLOC, 32, "NIMLOC", 0, CONTENT, F(HEX_NOT_EMPTY, "data"))                \
  X(SRV, 33, "SRV", 2782, CLASSIC_IN,                                          \
    F(U16, "priority") F(U16, "weight") F(U16, "port") F(NAME, "target"))      \
  X(ATMA, 34, "ATMA", 0, CONTENT_IN, F(ATM_ADDRESS, "address"))                \
  X(NAPTR, 35, "NAPTR", 3403, CONTENT_IN,                                      \
    F(U16, "order") F(U16, "preference") F(STRING, "flag_string")              \
        F(STRING, "service") F(STRING, "regexp") F(NAME, "replacement"))       \
  X(KX, 36, "KX", 2230, CLASSIC_IN, F(U16, "preference") F(NAME, "exchanger")) \
  X(CERT, 37, "CERT", 4398, CONTENT,                                           \
    F(CERT_TYPE, "type") F(U16, "key_tag") F(CERT_ALGORITHM, "algorithm")      \
        F(BASE64_NOT_EMPTY, "certificate"))                                    \
  X(A6, 38, "A6", 2874, CONTENT_IN, F(A6_ADDRESS, "address"))                  \
  X(DNAME, 39, "DNAME", 6672, CLASSIC, F(NAME, "target"))                      \
  X(SINK, 40, "SINK", 0, CONTENT,                                              \
    F(U8, "meaning") F(U8, "coding") F(U8, "subcoding") F(BASE64, "data"))     \
  X(OPT, 41, "OPT", 6891, CLASSIC, F(OPTIONS, "options"))                      \
  X(APL, 42, "APL", 3123, CONTENT_IN, F(PREFIXES, "prefixes"))                 \
  X(DS, 43, "DS", 4034, CONTENT,                                               \
    F(U16, "key_tag") F(ALGORITHM, "algorithm") F(U8, "digest_type")           \
        F(HEX_NOT_EMPTY, "digest"))                                            \
  X(SSHFP, 44, "SSHFP", 4255, CONTENT,                                         \
    F(U8, "algorithm") F(U8, "fingerprint_type")                               \
        F(HEX_NOT_EMPTY, "fingerprint"))                                       \
  X(IPSECKEY, 45, "IPSECKEY", 4025, CONTENT_IN,                                \
    F(U8, "precedence") F(GATEWAY_TYPE, "gateway_type") F(U8, "algorithm")     \
        F(GATEWAY, "gateway") F(BASE64, "public_key"))                         \
  X(RRSIG, 46, "RRSIG", 4034, CONTENT,                                         \
    F(TYPE, "type_covered") F(ALGORITHM, "algorithm") F(U8, "labels")          \
        F(DURATION, "original_ttl") F(TIME, "expiration") F(TIME, "inception") \
            F(U16, "key_tag") F(NAME, "signer")                                \
                F(BASE64_NOT_EMPTY, "signature"))                              \
  X(NSEC, 47, "NSEC", 4034, CONTENT, F(NAME, "next") F(TYPE_BITMAP, "types"))  \
  X(DNSKEY, 48, "DNSKEY", 4034, CONTENT,                                       \
    F(U16, "flags") F(U8, "protocol") F(ALGORITHM, "algorithm")                \
        F(BASE64, "public_key"))                                               \
  X(DHCID, 49, "DHCID", 4701, CONTENT_IN, F(BASE64_NOT_EMPTY, "data"))         \
  X(NSEC3, 50, "NSEC3", 5155, CONTENT,                                         \
    F(U8, "hash_algorithm") F(U8, "flags") F(U16, "iterations")                \
        F(HEX_STRING, "salt") F(BASE32HEX_STRING, "next_hashed_owner")         \
            F(TYPE_BITMAP, "types"))                                           \
  X(NSEC3PARAM, 51, "NSEC3PARAM", 5155, CONTENT,                               \
    F(U8, "hash_algorithm") F(U8, "flags") F(U16, "iterations")                \
        F(HEX_STRING, "salt"))                                                 \
  X(TLSA, 52, "TLSA", 6698, CONTENT,                                           \
    F(U8, "usage") F(U8, "selector") F(U8, "matching_type")                    \
        F(HEX_NOT_EMPTY, "data"))                                              \
  X(SMIMEA, 53, "SMIMEA", 8162, CONTENT,                                       \
    F(U8, "usage") F(U8, "selector") F(U8, "matching_type")                    \
        F(HEX_NOT_EMPTY, "data"))                                              \
  X(HIP, 55, "HIP", 8005, CONTENT,                                             \
    F(HOST_IDENTITY, "host_identity") F(NAMES, "servers"))                     \
  X(NINFO, 56, "NINFO", 0, CONTENT, F(STRINGS, "strings"))                     \
  X(RKEY, 57, "RKEY", 0, CONTENT,                                              \
    F(U16, "flags") F(U8, "protocol") F(ALGORITHM, "algorithm")                \
        F(BASE64, "public_key"))                                               \
  X(TALINK, 58, "TALINK", 0, CONTENT, F(NAME, "previous") F(NAME, "next"))     \
  X(CDS, 59, "CDS", 7344, CONTENT,                                             \
    F(U16, "key_tag") F(ALGORITHM, "algorithm") F(U8, "digest_type")           \
        F(HEX_NOT_EMPTY, "digest"))                                            \
  X(CDNSKEY, 60, "CDNSKEY", 7344, CONTENT,                                     \
    F(U16, "flags") F(U8, "protocol") F(ALGORITHM, "algorithm")                \
        F(BASE64, "public_key"))                                               \
  X(OPENPGPKEY, 61, "OPENPGPKEY", 7929, CONTENT, F(BASE64_NOT_EMPTY, "key"))   \
  X(CSYNC, 62, "CSYNC", 7477, CONTENT,                                         \
    F(U32, "serial") F(U16, "flags") F(TYPE_BITMAP, "types"))                  \
  X(ZONEMD, 63, "ZONEMD", 8976, CONTENT,                                       \
    F(U32, "serial") F(U8, "scheme") F(U8, "hash_algorithm")                   \
        F(HEX_NOT_EMPTY, "digest"))                                            \
  X(SVCB, 64, "SVCB", 9460, CONTENT_IN,                                        \
    F(U16, "priority") F(NAME_PLAIN, "target") F(SVC_PARAMS, "params"))        \
  X(HTTPS, 65, "HTTPS", 9460, CONTENT_IN,                                      \
    F(U16, "priority") F(NAME_PLAIN, "target") F(SVC_PARAMS, "params"))        \
  X(DSYNC, 66, "DSYNC", 9859, CONTENT,                                         \
    F(TYPE, "type") F(SCHEME, "scheme") F(U16, "port")                         \
        F(NAME_PLAIN, "target"))                                               \
  X(HHIT, 67, "HHIT", 9886, CONTENT, F(BASE64_NOT_EMPTY, "data"))              \
  X(BRID, 68, "BRID", 9886, CONTENT, F(BASE64_NOT_EMPTY, "data"))              \
  X(SPF, 99, "SPF", 7208, CONTENT, F(STRINGS, "strings"))                      \
  X(UINFO, 100, "UINFO", 0, CONTENT, )                                         \
  X(UID, 101, "UID", 0, CONTENT, )                                             \
  X(GID, 102, "GID", 0, CONTENT, )                                             \
  X(UNSPEC, 103, "UNSPEC", 0, CONTENT, )                                       \
  X(NID, 104, "NID", 6742, CONTENT, F(U16, "preference") F(U64, "node_id"))    \
  X(L32, 105, "L32", 6742, CONTENT, F(U16, "preference") F(IPV4, "locator"))   \
  X(L64, 106, "L64", 6742, CONTENT, F(U16, "preference") F(U64, "locator"))    \
  X(LP, 107, "LP", 6742, CONTENT, F(U16, "preference") F(NAME, "fqdn"))        \
  X(EUI48, 108, "EUI48", 7043, CONTENT, F(EUI48, "address"))                   \
  X(EUI64, 109, "EUI64", 7043, CONTENT, F(EUI64, "address"))                   \
  X(NXNAME, 128, "NXNAME", 9824, CONTENT, )                                    \
  X(TKEY, 249, "TKEY", 2930, CONTENT,                                          \
    F(NAME, "algorithm_name") F(U32, "inception_s") F(U32, "expiration_s")     \
        F(U16, "mode") F(RCODE, "error") F(BASE64_SIZED, "key")                \
            F(BASE64_SIZED, "other"))                                          \
  X(TSIG, 250, "TSIG", 8945, CONTENT,                                          \
    F(NAME, "algorithm_name") F(U48, "time_signed") F(U16, "fudge")            \
        F(BASE64_SIZED, "mac") F(U16, "original_id") F(RCODE, "error")         \
            F(BASE64_SIZED, "other"))                                          \
  X(IXFR, 251, "IXFR", 1995, CONTENT, )                                        \
  X(AXFR, 252, "AXFR", 5936, CONTENT, )                                        \
  X(MAILB, 253, "MAILB", 1035, CONTENT, )                                      \
  X(MAILA, 254, "MAILA", 1035, CONTENT, )                                      \
  X(ANY, 255, "ANY", 1035, CONTENT, )                                          \
  X(URI, 256, "URI", 7553, CONTENT,                                            \
    F(U16, "priority") F(U16, "weight") F(TEXT_NOT_EMPTY, "target"))           \
  X(CAA, 257, "CAA", 8659, CONTENT,                                            \
    F(U8, "flags") F(TAG, "tag") F(TEXT, "value"))                             \
  X(AVC, 258, "AVC", 0, CONTENT, F(STRINGS, "strings"))                        \
  X(DOA, 259, "DOA", 0, CONTENT,                                               \
    F(U32, "enterprise") F(U32, "doa_type") F(U8, "doa_location")              \
        F(STRING, "media_type") F(BASE64_OR_DASH, "data"))                     \
  X(AMTRELAY, 260, "AMTRELAY", 8777, CONTENT,                                  \
    F(U8, "precedence") F(RELAY_TYPE, "relay_type") F(GATEWAY, "relay"))       \
  X(RESINFO, 261, "RESINFO", 9606, CONTENT, F(STRINGS, "strings"))             \
  X(WALLET, 262, "WALLET", 0, CONTENT, F(STRINGS, "strings"))                  \
  X(TA, 32768, "TA", 0, CONTENT,                                               \
    F(U16, "key_tag") F(ALGORITHM, "algorithm") F(U8, "digest_type")           \
        F(HEX_NOT_EMPTY, "digest"))                                            \
  X(DLV, 32769, "DLV", 4431, CONTENT,                                          \
    F(U16, "key_tag") F(ALGORITHM, "algorithm") F(U8, "digest_type")           \
        F(HEX_NOT_EMPTY, "digest"))

enum {
#define X(identifier, number, mnemonic, rfc, rule, fields)                     \
  STUBDNS_TYPE_##identifier = number,
  STUBDNS_TYPE_MAP(X)
#undef X
};

enum {
#define X(kind) STUBDNS_FIELD_##kind,
  STUBDNS_FIELD_KIND_MAP(X)
#undef X
};

#endif
