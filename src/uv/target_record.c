/* What one record says of its target. */
#include "uv/target_record.h"

#include "stubdns/answer.h"

#include <string.h>

#define KEY_PORT 3

/* RFC 9460 section 14.3.2: alpn, no-default-alpn, port, ipv4hint, ipv6hint; ech
 * is of no use to whoever does not know it. */
static const uint16_t usual_keys[] = {1, 2, 3, 4, 6};

static uint16_t number(const stubdns_record_t *record, const char *label) {
  stubdns_field_t field;
  if (!stubdns_record_field(record, label, &field)) return 0;
  return (uint16_t)stubdns_field_number(&field);
}

static int read_name(const stubdns_record_t *record, const char *label,
                     stubdns_name_t *name) {
  stubdns_field_t field;
  if (!stubdns_record_field(record, label, &field)) return 0;
  stubdns_field_read_name(&field, name);
  return name->length > 1;
}

static int read_mx(const stubdns_record_t *record, stubdns_target_t *target) {
  target->priority = number(record, "preference");
  return read_name(record, "exchange", &target->name);
}

static int read_srv(const stubdns_record_t *record, stubdns_target_t *target) {
  target->priority = number(record, "priority");
  target->weight = number(record, "weight");
  target->port = number(record, "port");
  return read_name(record, "target", &target->name);
}

static void read_port(const stubdns_record_t *record,
                      stubdns_target_t *target) {
  stubdns_field_t field;
  stubdns_svc_param_t param;
  size_t position = 0;
  if (!stubdns_record_field(record, "params", &field)) return;
  while (stubdns_field_next_param(&field, &position, &param))
    if (param.key == KEY_PORT && param.length == 2)
      target->port = (uint16_t)(param.octets[0] << 8 | param.octets[1]);
}

/* In ServiceMode "." stands for the record's own name, RFC 9460 section 2.5. */
static int read_svcb(const stubdns_record_t *record,
                     const stubdns_target_options_t *options,
                     stubdns_target_t *target) {
  const int is_chosen = options->known_keys != NULL;
  const uint16_t *const known = is_chosen ? options->known_keys : usual_keys;
  const size_t known_count = is_chosen
                                 ? options->known_key_count
                                 : sizeof usual_keys / sizeof usual_keys[0];
  target->priority = number(record, "priority");
  if (target->priority == 0) return 0;
  if (!stubdns_record_is_usable_service(record, known, known_count)) return 0;
  if (!read_name(record, "target", &target->name))
    stubdns_record_read_owner(record, &target->name);
  read_port(record, target);
  return 1;
}

int stubdns__target_read(const stubdns_record_t *record,
                         const stubdns_target_options_t *options,
                         stubdns_target_t *target) {
  memset(target, 0, sizeof *target);
  target->record = *record;
  target->port = options->port;
  switch (record->type) {
  case STUBDNS_TYPE_MX:
    return read_mx(record, target);
  case STUBDNS_TYPE_SRV:
    return read_srv(record, target);
  case STUBDNS_TYPE_PTR:
    return read_name(record, "target", &target->name);
  default:
    return read_svcb(record, options, target);
  }
}
