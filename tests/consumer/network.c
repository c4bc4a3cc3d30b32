/* network NAME: looks up a name in a world of its own, without sockets, clock
 * and random numbers of the system.  Its only server answers every query with
 * 192.0.2.1, after 20 ms of a time that passes at once. */
#include <stdio.h>
#include <stubdns.h>

typedef struct world {
  uint64_t now_us;
  uint32_t random;
  stubdns_path_t *path; /* with a reply on its way, or NULL */
  uint8_t reply[STUBDNS_PAYLOAD_SIZE];
  size_t length;
} world_t;

static uint64_t now_us(void *data) {
  return ((world_t *)data)->now_us;
}

static int fill(void *data, uint8_t *octets, size_t length) {
  world_t *const world = (world_t *)data;
  while (length--)
    octets[length] =
        (uint8_t)((world->random = world->random * 1664525u + 1013904223u) >>
                  24);
  return 0;
}

static int open_path(void *data, stubdns_path_t *path,
                     const stubdns_address_t *server, int is_tcp) {
  (void)data, (void)path, (void)server;
  return is_tcp ? STUBDNS_EREFUSED : 0;
}

static void send_query(void *data, stubdns_path_t *path, const uint8_t *octets,
                       size_t length) {
  static const char text[] = "@ 300 IN A 192.0.2.1";
  world_t *const world = (world_t *)data;
  stubdns_message_t query;
  if (stubdns_message_parse(&query, octets, length, 0)) return;
  const stubdns_question_t question = stubdns_message_question(&query);
  stubdns_record_text_t source = {0};
  source.text = text;
  source.length = sizeof text - 1;
  source.origin = &question.name;
  uint8_t wire[512];
  stubdns_record_t record;
  stubdns_builder_t builder;
  if (stubdns_record_from_text(&source, wire, sizeof wire, &length) ||
      stubdns_record_from_wire(&record, wire, length))
    return;
  stubdns_builder_begin(&builder, world->reply, sizeof world->reply, query.id,
                        STUBDNS_FLAG_QR | STUBDNS_FLAG_RD | STUBDNS_FLAG_RA);
  stubdns_builder_question(&builder, &question);
  stubdns_builder_record(&builder, STUBDNS_SECTION_ANSWER, &record);
  if (!stubdns_builder_finish(&builder, &world->length)) world->path = path;
}

static void close_path(void *data, stubdns_path_t *path) {
  world_t *const world = (world_t *)data;
  if (world->path == path) world->path = NULL;
}

static int wait_until(void *data, uint64_t until_us,
                      stubdns_arrival_t *arrival) {
  world_t *const world = (world_t *)data;
  const uint64_t due_us = world->now_us + 20000;
  const int arrives = world->path && due_us <= until_us;
  world->now_us = arrives ? due_us : until_us;
  if (!arrives) return 0;
  arrival->path = world->path;
  arrival->octets = world->reply;
  arrival->length = world->length;
  arrival->error = 0;
  world->path = NULL;
  return 1;
}

static void on_answer(stubdns_lookup_t *lookup, int status,
                      const stubdns_answer_t *answer) {
  stubdns_record_t record;
  char line[2048];
  printf(";; %s after %u us\n", stubdns_error_text(status),
         (unsigned)answer->rtt_us);
  stubdns_resolver_close(lookup->resolver, NULL);
  if (status) return;
  stubdns_records_t records =
      stubdns_message_records(answer->message, STUBDNS_SECTION_ANSWER);
  while (stubdns_records_next(&records, &record) &&
         !stubdns_record_to_text(&record, 0, line, sizeof line, NULL))
    puts(line);
}

int main(int argc, char **argv) {
  static world_t world;
  const stubdns_network_t network = {&world,     now_us,     fill,
                                     open_path,  send_query, close_path,
                                     wait_until, NULL};
  const stubdns_address_t server = {4, {192, 0, 2, 53}, STUBDNS_PORT, 0};
  stubdns_resolver_options_t options = {0};
  stubdns_resolver_t dns;
  stubdns_lookup_t lookup;
  options.flags = STUBDNS_NO_SYSTEM_SERVERS;
  return argc < 2 || stubdns_resolver_init(uv_default_loop(), &dns, &options) ||
         stubdns_resolver_add_server(&dns, &server) ||
         stubdns_resolver_use_network(&dns, &network) ||
         stubdns_lookup(&dns, &lookup, argv[1], STUBDNS_TYPE_A, NULL,
                        on_answer) ||
         uv_run(uv_default_loop(), UV_RUN_DEFAULT);
}
