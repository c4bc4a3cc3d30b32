/* c-ares 1.18: each ares_parse_*_reply() reads the answers of one type and
 * copies them to the heap; there is no validation apart from that, and no
 * parser for the types that are left out here. */
#include "subject.h"

#include "stubdns/types.h"

#include <sys/socket.h>
#include <sys/time.h>

#include <ares.h>
#include <ares_dns.h>
#include <netdb.h>

static int visit_host(int status, struct hostent *host) {
  if (status == ARES_ENODATA) return 0;
  if (status != ARES_SUCCESS) return -1;
  sink += (unsigned char)host->h_name[0];
  ares_free_hostent(host);
  return 0;
}

static int visit_data(int status, void *data) {
  if (status == ARES_ENODATA) return 0;
  if (status != ARES_SUCCESS) return -1;
  sink += (uintptr_t)data & 1;
  ares_free_data(data);
  return 0;
}

static int visit(const struct input *input) {
  const int length = (int)input->length;
  struct hostent *host = NULL;
  struct ares_mx_reply *mx = NULL;
  struct ares_txt_ext *txt = NULL;
  int status;
  switch (input->type) {
  case STUBDNS_TYPE_A:
    status = ares_parse_a_reply(input->octets, length, &host, NULL, NULL);
    return visit_host(status, host);
  case STUBDNS_TYPE_MX:
    status = ares_parse_mx_reply(input->octets, length, &mx);
    return visit_data(status, mx);
  case STUBDNS_TYPE_TXT:
    status = ares_parse_txt_reply_ext(input->octets, length, &txt);
    return visit_data(status, txt);
  default:
    return -1;
  }
}

const struct column cares_columns[] = {{"visit", visit}, {NULL, NULL}};

int cares_build(const struct input *input) {
  unsigned char *octets;
  int length;
  (void)input;
  const int status = ares_create_query("www.example.com", 1, STUBDNS_TYPE_A,
                                       0x1234, 1, &octets, &length, 1232);
  if (status != ARES_SUCCESS) return -1;
  sink += (unsigned)length;
  ares_free_string(octets);
  return 0;
}
