/* The policy of address order that gai.conf makes. */
#include "config/gai_conf.h"

#include "uv/system.h"
#include "uv/transport.h"

#include <string.h>

#define GAI_CONF_MAX 65536

static int add_line(void *data, const struct stubdns__gai_line *line) {
  static const enum stubdns__policy_kind kinds[] = {
      [STUBDNS__GAI_LABEL] = STUBDNS__POLICY_LABEL,
      [STUBDNS__GAI_PRECEDENCE] = STUBDNS__POLICY_PRECEDENCE,
      [STUBDNS__GAI_SCOPE] = STUBDNS__POLICY_SCOPE,
  };
  struct stubdns__policy_row row = {.prefix_length = line->prefix_length,
                                    .value = line->value};
  memcpy(row.prefix, line->prefix, sizeof row.prefix);
  return stubdns__address_policy_add(data, kinds[line->kind], &row);
}

/* A file that cannot be read is as good as an empty one. */
static int read_gai_conf(struct stubdns__transport *transport) {
  struct stubdns__system *const system = &transport->system;
  struct stubdns__file_text text;
  struct stubdns__complaints complaints;
  const struct stubdns__gai_visitor visitor = {&system->policy, add_line};
  const struct stubdns__complain complain = stubdns__system_complain(
      transport, system->gai_conf_file.path, &complaints);
  const int error = stubdns__system_read(transport, &system->gai_conf_file,
                                         GAI_CONF_MAX, &text);
  if (error == STUBDNS_ENOMEM) return error;
  stubdns__address_policy_init(&system->policy);
  stubdns__gai_conf_parse(text.text, text.length, &visitor, &complain);
  if (text.text) stubdns__transport_release(transport, text.text);
  return 0;
}

int stubdns__system_policy(struct stubdns__transport *transport,
                           const struct stubdns__address_policy **policy) {
  int error = 0;
  if (stubdns__system_is_due(transport, &transport->system.gai_conf_file))
    error = read_gai_conf(transport);
  *policy = &transport->system.policy;
  return error;
}
