/* Which version of the library is linked, from stubdns/version.h. */
#include "stubdns/version.h"

unsigned stubdns_version(void) {
  return STUBDNS_VERSION_NUMBER;
}

const char *stubdns_version_text(void) {
  return STUBDNS_VERSION;
}
