/* What ares_dns_parse() finds in a whole message. */
#include "cares_message.h"

#include <ares.h>
#include <ares_dns_record.h>
#include <string.h>

int cares_knows(uint16_t type) {
  size_t count = 0;
  return ares_dns_rr_get_keys((ares_dns_rec_type_t)type, &count) && count;
}

static void put_strings(struct items *items, const ares_dns_rr_t *record,
                        ares_dns_rr_key_t key) {
  const size_t count = ares_dns_rr_get_abin_cnt(record, key);
  for (size_t i = 0; i < count; i++) {
    size_t length;
    const unsigned char *const octets =
        ares_dns_rr_get_abin(record, key, i, &length);
    items_put_string(items, octets, length);
  }
}

static void put_options(struct items *items, const ares_dns_rr_t *record,
                        ares_dns_rr_key_t key) {
  const size_t count = ares_dns_rr_get_opt_cnt(record, key);
  for (size_t i = 0; i < count; i++) {
    const unsigned char *octets = NULL;
    size_t length = 0;
    items_put16(items, ares_dns_rr_get_opt(record, key, i, &octets, &length));
    items_put16(items, (unsigned)length);
    items_put(items, octets, length);
  }
}

static void put_octets(struct items *items, const ares_dns_rr_t *record,
                       ares_dns_rr_key_t key) {
  size_t length = 0;
  const unsigned char *const octets = ares_dns_rr_get_bin(record, key, &length);
  items_put(items, octets, length);
}

static void put_text(struct items *items, const ares_dns_rr_t *record,
                     ares_dns_rr_key_t key) {
  const char *const text = ares_dns_rr_get_str(record, key);
  const size_t length = text ? strlen(text) : 0;
  if (key == ARES_RR_URI_TARGET)
    items_put(items, text, length);
  else if (ares_dns_rr_key_datatype(key) == ARES_DATATYPE_NAME)
    items_put_name_text(items, text);
  else
    items_put_string(items, text, length);
}

static void put_key(struct items *items, const ares_dns_rr_t *record,
                    ares_dns_rr_key_t key) {
  const uint8_t octet = ares_dns_rr_get_u8(record, key);
  switch (ares_dns_rr_key_datatype(key)) {
  case ARES_DATATYPE_INADDR:
    items_put(items, ares_dns_rr_get_addr(record, key), 4);
    break;
  case ARES_DATATYPE_INADDR6:
    items_put(items, ares_dns_rr_get_addr6(record, key), 16);
    break;
  case ARES_DATATYPE_U8:
    items_put(items, &octet, 1);
    break;
  case ARES_DATATYPE_U16:
    items_put16(items, ares_dns_rr_get_u16(record, key));
    break;
  case ARES_DATATYPE_U32:
    items_put32(items, ares_dns_rr_get_u32(record, key));
    break;
  case ARES_DATATYPE_NAME:
  case ARES_DATATYPE_STR:
    put_text(items, record, key);
    break;
  case ARES_DATATYPE_ABINP:
    put_strings(items, record, key);
    break;
  case ARES_DATATYPE_OPT:
    put_options(items, record, key);
    break;
  default:
    put_octets(items, record, key);
    break;
  }
}

/* The fields by their keys; an OPT has its fixed part among them. */
static void put_keys(struct items *items, const ares_dns_rr_t *record) {
  size_t count = 0;
  const ares_dns_rr_key_t *const keys =
      ares_dns_rr_get_keys(ares_dns_rr_get_type(record), &count);
  for (size_t i = 0; i < count; i++)
    if (keys[i] != ARES_RR_RAW_RR_TYPE) put_key(items, record, keys[i]);
}

static void put_record(struct items *items, unsigned section,
                       const ares_dns_rr_t *record) {
  const ares_dns_rec_type_t type = ares_dns_rr_get_type(record);
  items_put16(items, section);
  items_put_name_text(items, ares_dns_rr_get_name(record));
  items_put16(items, type == ARES_REC_TYPE_RAW_RR
                         ? ares_dns_rr_get_u16(record, ARES_RR_RAW_RR_TYPE)
                         : type);
  if (type != ARES_REC_TYPE_OPT) {
    items_put16(items, ares_dns_rr_get_class(record));
    items_put32(items, ares_dns_rr_get_ttl(record));
  }
  put_keys(items, record);
  items_end_one(items);
}

static unsigned flags_of(const ares_dns_record_t *message) {
  static const unsigned bits[][2] = {
      {ARES_FLAG_QR, STUBDNS_FLAG_QR}, {ARES_FLAG_AA, STUBDNS_FLAG_AA},
      {ARES_FLAG_TC, STUBDNS_FLAG_TC}, {ARES_FLAG_RD, STUBDNS_FLAG_RD},
      {ARES_FLAG_RA, STUBDNS_FLAG_RA}, {ARES_FLAG_AD, STUBDNS_FLAG_AD},
      {ARES_FLAG_CD, STUBDNS_FLAG_CD}};
  const unsigned theirs = ares_dns_record_get_flags(message);
  unsigned flags = 0;
  for (size_t i = 0; i < sizeof bits / sizeof bits[0]; i++)
    if (theirs & bits[i][0]) flags |= bits[i][1];
  return flags;
}

static void put_header(struct items *items, const ares_dns_record_t *message) {
  const char *name = NULL;
  ares_dns_rec_type_t type = 0;
  ares_dns_class_t class_ = 0;
  ares_dns_record_query_get(message, 0, &name, &type, &class_);
  items_put16(items, ares_dns_record_get_id(message));
  items_put16(items, flags_of(message));
  items_put16(items, ares_dns_record_get_opcode(message));
  items_put16(items, ares_dns_record_get_rcode(message));
  items_put_name_text(items, name);
  items_put16(items, type);
  items_put16(items, class_);
  items_end_one(items);
}

void parse_theirs_whole(struct items *items, const uint8_t *octets,
                        size_t length) {
  ares_dns_record_t *message = NULL;
  items_begin(items);
  items->error = (int)ares_dns_parse(octets, length, 0, &message);
  if (items->error) return;
  put_header(items, message);
  for (unsigned section = 0; section < 3; section++) {
    const ares_dns_section_t their = (ares_dns_section_t)(section + 1);
    const size_t count = ares_dns_record_rr_cnt(message, their);
    for (size_t i = 0; i < count; i++)
      put_record(items, section,
                 ares_dns_record_rr_get_const(message, their, i));
  }
  ares_dns_record_destroy(message);
}
