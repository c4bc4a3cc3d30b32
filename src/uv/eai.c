/* Our errors as those of getaddrinfo() and getnameinfo(), RFC 3493 section 6.4.
 * Servers that fail or refuse may answer another time, as the C library sees
 * it. */
#include "uv/eai.h"

#include "stubdns/error.h"

#include <uv.h>

int stubdns__eai_from_error(int error) {
  switch (error) {
  case STUBDNS_EEMPTYLABEL: /* no name that could be there */
  case STUBDNS_ELABELTOOLONG:
  case STUBDNS_ENAMETOOLONG:
  case STUBDNS_EBADESCAPE:
  case STUBDNS_ENONAME:
    return UV_EAI_NONAME;
  case STUBDNS_ENODATA:
    return UV_EAI_NODATA;
  case STUBDNS_ENOMEM:
    return UV_EAI_MEMORY;
  case STUBDNS_ECANCELED:
  case UV_ECANCELED:
    return UV_EAI_CANCELED;
  default:
    return UV_EAI_AGAIN;
  }
}
