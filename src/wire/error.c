/* Error numbers as names and sentences, from the list in stubdns/error.h. */
#include "stubdns/error.h"

#include <stddef.h>

const char *stubdns_error_text(int error) {
  switch (error) {
  case 0:
    return "success";
#define X(name, number, text)                                                  \
  case number:                                                                 \
    return text;
    STUBDNS_ERROR_MAP(X)
#undef X
  default:
    return "unknown error";
  }
}

const char *stubdns_error_name(int error) {
  switch (error) {
#define X(name, number, text)                                                  \
  case number:                                                                 \
    return "STUBDNS_" #name;
    STUBDNS_ERROR_MAP(X)
#undef X
  default:
    return NULL;
  }
}
