/* lookup NAME [RESOLV.CONF]: prints the MX records of a name. */
#include <stdio.h>
#include <stubdns.h>

static void on_reply(stubdns_lookup_t *lookup, int status,
                     const stubdns_answer_t *answer) {
  stubdns_record_t record;
  char line[4096];
  printf(";; %s\n", stubdns_error_text(status));
  stubdns_resolver_close(lookup->resolver, NULL);
  if (status) return;
  stubdns_records_t records =
      stubdns_message_records(answer->message, STUBDNS_SECTION_ANSWER);
  while (stubdns_records_next(&records, &record) &&
         !stubdns_record_to_text(&record, 0, line, sizeof line, NULL))
    puts(line);
}

int main(int argc, char **argv) {
  stubdns_resolver_options_t options = {0};
  stubdns_resolver_t dns;
  stubdns_lookup_t mx;
  options.resolv_conf = argc > 2 ? argv[2] : NULL; /* NULL: the system's */
  return argc < 2 || stubdns_resolver_init(uv_default_loop(), &dns, &options) ||
         stubdns_lookup(&dns, &mx, argv[1], STUBDNS_TYPE_MX, NULL, on_reply) ||
         uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}
