/* Mnemonics that stand inside RDATA: DNSSEC algorithms (RFC 4034 appendix A.1
 * and its registry), certificate types, errors of TSIG and TKEY. */
#include "wire/text.h"

static const char *const algorithms[] = {
    NULL,
    "RSAMD5",
    "DH",
    "DSA",
    NULL,
    "RSASHA1",
    "NSEC3DSA",
    "NSEC3RSASHA1",
    "RSASHA256",
    NULL,
    "RSASHA512",
    NULL,
    "ECCGOST",
    "ECDSAP256SHA256",
    "ECDSAP384SHA384",
    "ED25519",
    "ED448",
};
#define ALGORITHMS (sizeof algorithms / sizeof algorithms[0])

const char *stubdns__algorithm_mnemonic(uint8_t algorithm) {
  switch (algorithm) {
  case 252:
    return "INDIRECT";
  case 253:
    return "PRIVATEDNS";
  case 254:
    return "PRIVATEOID";
  default:
    return algorithm < ALGORITHMS ? algorithms[algorithm] : NULL;
  }
}

/* RFC 4398 section 2.1. */
static const char *const certificates[] = {
    NULL, "PKIX", "SPKI", "PGP", "IPKIX", "ISPKI", "IPGP", "ACPKIX", "IACPKIX",
};
#define CERTIFICATES (sizeof certificates / sizeof certificates[0])

const char *stubdns__certificate_mnemonic(uint16_t type) {
  switch (type) {
  case 253:
    return "URI";
  case 254:
    return "OID";
  default:
    return type < CERTIFICATES ? certificates[type] : NULL;
  }
}

/* RFC 8945 section 3: 16 is another error here than BADVERS. */
#define BADSIG 16
#define BADTRUNC 22

const char *stubdns__tsig_error_mnemonic(uint16_t error) {
  if (error == BADSIG) return "BADSIG";
  return error <= BADTRUNC ? stubdns_rcode_mnemonic(error) : NULL;
}
