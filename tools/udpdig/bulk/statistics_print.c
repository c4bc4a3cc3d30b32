/* The statistics as text and as JSON. */
#include "bulk/statistics.h"

#include "stubdns/text.h"

#include <inttypes.h>

#define BAR_WIDTH 40

static const struct {
  const char *name;
  unsigned per_mille;
} percentiles[] = {
    {"p50", 500}, {"p90", 900}, {"p95", 950}, {"p99", 990}, {"p999", 999},
};

#define PERCENTILE_COUNT (sizeof percentiles / sizeof percentiles[0])

static double seconds(const struct statistics *statistics) {
  return (double)statistics->elapsed_us / 1e6;
}

static double rate(const struct statistics *statistics) {
  const double elapsed = seconds(statistics);
  return elapsed > 0 ? (double)statistics->questions / elapsed : 0;
}

static void print_counts(const struct statistics *statistics,
                         struct output *output) {
  output_format(output,
                "%" PRIu64
                " questions in %.3f s, %.0f a second\n"
                "  answered %" PRIu64 ", lost %" PRIu64 ", bad lines %" PRIu64
                "\n"
                "  queries sent %" PRIu64 ", of them again %" PRIu64
                "\n"
                "  datagrams ignored %" PRIu64 ", dropped by this host %" PRIu64
                "\n",
                statistics->questions, seconds(statistics), rate(statistics),
                statistics->answered, statistics->lost, statistics->bad_lines,
                statistics->sent, statistics->retried, statistics->ignored,
                statistics->dropped_by_host);
}

static void print_reasons(const struct statistics *statistics,
                          struct output *output) {
  for (size_t i = 0; i < REASONS_MAX && statistics->reasons[i].text; i++)
    output_format(output, "  ignored since %s: %" PRIu64 "\n",
                  statistics->reasons[i].text, statistics->reasons[i].count);
}

static void print_rcodes(const struct statistics *statistics,
                         struct output *output) {
  char name[24];
  for (unsigned i = 0; i < RCODES_MAX; i++) {
    if (!statistics->rcodes[i]) continue;
    stubdns_rcode_to_text(i, name, sizeof name, NULL);
    output_format(output, "  %-10s %" PRIu64 "\n", name, statistics->rcodes[i]);
  }
}

static uint64_t mean_us(const struct server_count *server) {
  return server->answered ? server->rtt_us / server->answered : 0;
}

static void print_servers(const struct statistics *statistics,
                          struct output *output) {
  char text[STUBDNS_ADDRESS_TEXT_SIZE];
  for (size_t i = 0; i < statistics->server_count; i++) {
    const struct server_count *const server = &statistics->servers[i];
    if (stubdns_address_to_text(&server->address, text, sizeof text)) continue;
    output_format(output,
                  "  %s answered %" PRIu64 ", on average in %" PRIu64 " us\n",
                  text, server->answered, mean_us(server));
  }
}

static uint64_t octave_count(const struct statistics *statistics,
                             size_t octave) {
  uint64_t count = 0;
  for (size_t i = 0; i < 16; i++)
    count += statistics->rtts[octave * 16 + i];
  return count;
}

/* One bar for each doubling of the time. */
static void print_histogram(const struct statistics *statistics,
                            struct output *output) {
  uint64_t most = 1;
  for (size_t i = 0; i < RTT_BUCKETS / 16; i++)
    if (octave_count(statistics, i) > most) most = octave_count(statistics, i);
  for (size_t i = 0; i < RTT_BUCKETS / 16; i++) {
    const uint64_t count = octave_count(statistics, i);
    if (!count) continue;
    output_format(output, "  <= %9" PRIu64 " us %9" PRIu64 " ",
                  rtt_bucket_end(i * 16 + 15), count);
    for (uint64_t j = 0; j < (count * BAR_WIDTH + most - 1) / most; j++)
      output_text(output, "#");
    output_text(output, "\n");
  }
}

void statistics_print(const struct statistics *statistics,
                      struct output *output) {
  print_counts(statistics, output);
  print_reasons(statistics, output);
  print_rcodes(statistics, output);
  print_servers(statistics, output);
  if (!statistics->answered) return;
  output_text(output, "  round trips in us:");
  for (size_t i = 0; i < PERCENTILE_COUNT; i++)
    output_format(output, " %s %" PRIu64, percentiles[i].name,
                  statistics_percentile(statistics, percentiles[i].per_mille));
  output_format(output, " max %" PRIu64 "\n", statistics->rtt_max_us);
  print_histogram(statistics, output);
}

static void json_counts(const struct statistics *statistics,
                        struct output *output) {
  output_format(
      output,
      "{\"v\":1,\"elapsed_us\":%" PRIu64 ",\"questions\":%" PRIu64
      ",\"answered\":%" PRIu64 ",\"lost\":%" PRIu64 ",\"bad_lines\":%" PRIu64
      ",\"sent\":%" PRIu64 ",\"retried\":%" PRIu64 ",\"ignored\":%" PRIu64
      ",\"dropped_by_host\":%" PRIu64,
      statistics->elapsed_us, statistics->questions, statistics->answered,
      statistics->lost, statistics->bad_lines, statistics->sent,
      statistics->retried, statistics->ignored, statistics->dropped_by_host);
}

static void json_reasons(const struct statistics *statistics,
                         struct output *output) {
  output_text(output, ",\"ignored_reasons\":{");
  for (size_t i = 0; i < REASONS_MAX && statistics->reasons[i].text; i++) {
    output_text(output, i ? "," : "");
    output_json_string(output, statistics->reasons[i].text);
    output_format(output, ":%" PRIu64, statistics->reasons[i].count);
  }
  output_text(output, "}");
}

static void json_rcodes(const struct statistics *statistics,
                        struct output *output) {
  const char *divider = "";
  char name[24];
  output_text(output, ",\"rcodes\":{");
  for (unsigned i = 0; i < RCODES_MAX; i++) {
    if (!statistics->rcodes[i]) continue;
    stubdns_rcode_to_text(i, name, sizeof name, NULL);
    output_format(output, "%s\"%s\":%" PRIu64, divider, name,
                  statistics->rcodes[i]);
    divider = ",";
  }
  output_text(output, "}");
}

static void json_servers(const struct statistics *statistics,
                         struct output *output) {
  char text[STUBDNS_ADDRESS_TEXT_SIZE];
  const char *divider = "";
  output_text(output, ",\"servers\":{");
  for (size_t i = 0; i < statistics->server_count; i++) {
    const struct server_count *const server = &statistics->servers[i];
    if (stubdns_address_to_text(&server->address, text, sizeof text)) continue;
    output_format(output,
                  "%s\"%s\":{\"answered\":%" PRIu64 ",\"rtt_us\":%" PRIu64 "}",
                  divider, text, server->answered, server->rtt_us);
    divider = ",";
  }
  output_text(output, "}");
}

static void json_rtts(const struct statistics *statistics,
                      struct output *output) {
  const char *divider = "";
  output_text(output, ",\"rtt_us\":{");
  for (size_t i = 0; i < PERCENTILE_COUNT; i++)
    output_format(output, "\"%s\":%" PRIu64 ",", percentiles[i].name,
                  statistics_percentile(statistics, percentiles[i].per_mille));
  output_format(output, "\"max\":%" PRIu64 "},\"histogram\":[",
                statistics->rtt_max_us);
  for (size_t i = 0; i < RTT_BUCKETS; i++) {
    if (!statistics->rtts[i]) continue;
    output_format(output, "%s[%" PRIu64 ",%" PRIu64 "]", divider,
                  rtt_bucket_end(i), statistics->rtts[i]);
    divider = ",";
  }
  output_text(output, "]");
}

void statistics_print_json(const struct statistics *statistics,
                           struct output *output) {
  json_counts(statistics, output);
  json_reasons(statistics, output);
  json_rcodes(statistics, output);
  json_servers(statistics, output);
  json_rtts(statistics, output);
  output_text(output, "}\n");
}
