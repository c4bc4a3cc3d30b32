/* What c-ares's parsers of Debian 12 find, as items. */
#include "cares.h"

#include <sys/select.h> /* fd_set, for ares.h */

#include <ares.h>
#include <assert.h>
#include <netdb.h>
#include <string.h>

#define ADDRESSES_MAX 4096

static void parse_a(struct items *items, const uint8_t *octets, int length) {
  static struct ares_addrttl addresses[ADDRESSES_MAX];
  int count = ADDRESSES_MAX;
  items->error = ares_parse_a_reply(octets, length, NULL, addresses, &count);
  if (items->error) return;
  for (int i = 0; i < count; i++) {
    items_put(items, &addresses[i].ipaddr, 4);
    items_end_one(items);
  }
}

static void parse_aaaa(struct items *items, const uint8_t *octets, int length) {
  static struct ares_addr6ttl addresses[ADDRESSES_MAX];
  int count = ADDRESSES_MAX;
  items->error = ares_parse_aaaa_reply(octets, length, NULL, addresses, &count);
  if (items->error) return;
  for (int i = 0; i < count; i++) {
    items_put(items, &addresses[i].ip6addr, 16);
    items_end_one(items);
  }
}

static void parse_ns(struct items *items, const uint8_t *octets, int length) {
  struct hostent *host = NULL;
  items->error = ares_parse_ns_reply(octets, length, &host);
  if (items->error) return;
  for (char **alias = host->h_aliases; *alias; alias++) {
    items_put_name_text(items, *alias);
    items_end_one(items);
  }
  ares_free_hostent(host);
}

static void parse_mx(struct items *items, const uint8_t *octets, int length) {
  struct ares_mx_reply *list = NULL;
  items->error = ares_parse_mx_reply(octets, length, &list);
  for (struct ares_mx_reply *one = list; one; one = one->next) {
    items_put16(items, one->priority);
    items_put_name_text(items, one->host);
    items_end_one(items);
  }
  ares_free_data(list);
}

static void parse_srv(struct items *items, const uint8_t *octets, int length) {
  struct ares_srv_reply *list = NULL;
  items->error = ares_parse_srv_reply(octets, length, &list);
  for (struct ares_srv_reply *one = list; one; one = one->next) {
    items_put16(items, one->priority);
    items_put16(items, one->weight);
    items_put16(items, one->port);
    items_put_name_text(items, one->host);
    items_end_one(items);
  }
  ares_free_data(list);
}

static void parse_txt(struct items *items, const uint8_t *octets, int length) {
  struct ares_txt_ext *list = NULL;
  items->error = ares_parse_txt_reply_ext(octets, length, &list);
  for (struct ares_txt_ext *one = list; one; one = one->next) {
    items_put_string(items, one->txt, one->length);
    if (!one->next || one->next->record_start) items_end_one(items);
  }
  ares_free_data(list);
}

static void parse_soa(struct items *items, const uint8_t *octets, int length) {
  struct ares_soa_reply *soa = NULL;
  items->error = ares_parse_soa_reply(octets, length, &soa);
  if (!soa) return;
  items_put_name_text(items, soa->nsname);
  items_put_name_text(items, soa->hostmaster);
  items_put32(items, soa->serial);
  items_put32(items, soa->refresh);
  items_put32(items, soa->retry);
  items_put32(items, soa->expire);
  items_put32(items, soa->minttl);
  items_end_one(items);
  ares_free_data(soa);
}

static void parse_naptr(struct items *items, const uint8_t *octets,
                        int length) {
  struct ares_naptr_reply *list = NULL;
  items->error = ares_parse_naptr_reply(octets, length, &list);
  for (struct ares_naptr_reply *one = list; one; one = one->next) {
    items_put16(items, one->order);
    items_put16(items, one->preference);
    items_put_string(items, one->flags, strlen((char *)one->flags));
    items_put_string(items, one->service, strlen((char *)one->service));
    items_put_string(items, one->regexp, strlen((char *)one->regexp));
    items_put_name_text(items, one->replacement);
    items_end_one(items);
  }
  ares_free_data(list);
}

static void parse_caa(struct items *items, const uint8_t *octets, int length) {
  struct ares_caa_reply *list = NULL;
  items->error = ares_parse_caa_reply(octets, length, &list);
  for (struct ares_caa_reply *one = list; one; one = one->next) {
    const uint8_t flags = (uint8_t)one->critical;
    items_put(items, &flags, 1);
    items_put_string(items, one->property, one->plength);
    items_put(items, one->value, one->length);
    items_end_one(items);
  }
  ares_free_data(list);
}

static void parse_uri(struct items *items, const uint8_t *octets, int length) {
  struct ares_uri_reply *list = NULL;
  items->error = ares_parse_uri_reply(octets, length, &list);
  for (struct ares_uri_reply *one = list; one; one = one->next) {
    items_put16(items, one->priority);
    items_put16(items, one->weight);
    items_put(items, one->uri, strlen(one->uri));
    items_end_one(items);
  }
  ares_free_data(list);
}

const struct compared_type compared_types[] = {
    {STUBDNS_TYPE_A, parse_a},     {STUBDNS_TYPE_AAAA, parse_aaaa},
    {STUBDNS_TYPE_NS, parse_ns},   {STUBDNS_TYPE_MX, parse_mx},
    {STUBDNS_TYPE_SRV, parse_srv}, {STUBDNS_TYPE_TXT, parse_txt},
    {STUBDNS_TYPE_SOA, parse_soa}, {STUBDNS_TYPE_NAPTR, parse_naptr},
    {STUBDNS_TYPE_CAA, parse_caa}, {STUBDNS_TYPE_URI, parse_uri},
};
const size_t compared_type_count =
    sizeof compared_types / sizeof compared_types[0];
