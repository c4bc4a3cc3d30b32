/* From errors of the library to what the program says and ends with. */
#include "status.h"

#include "stubdns/error.h"

#include <uv.h>

static int is_rcode(enum status status) {
  return status >= STATUS_NODATA && status <= STATUS_RCODE_MAX;
}

enum status status_worse(enum status a, enum status b) {
  if (is_rcode(a) && !is_rcode(b)) return b ? b : a;
  if (is_rcode(b) && !is_rcode(a)) return a ? a : b;
  return a > b ? a : b;
}

enum status status_of_error(int error) {
  switch (error) {
  case 0:
    return STATUS_ANSWERED;
  case STUBDNS_ETIMEOUT:
  case STUBDNS_EREFUSED:
  case STUBDNS_EMALFORMED:
  case STUBDNS_EUNREACHABLE:
  case STUBDNS_ECLOSED:
  case STUBDNS_ENOSERVER:
  case UV_EADDRNOTAVAIL:
    return STATUS_NO_REPLY;
  default:
    return STATUS_INTERNAL;
  }
}

const char *error_sentence(int error) {
  if (error == UV_EADDRNOTAVAIL)
    return "the address of -b is none of this host's";
  return stubdns_error_name(error) ? stubdns_error_text(error)
                                   : uv_strerror(error);
}
