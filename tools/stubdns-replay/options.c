/* The arguments of stubdns-replay. */
#include "program.h"

#include "stubdns/text.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "usage: stubdns-replay FILE... [OPTION]...\n"
    "\n"
    "Answers DNS questions over UDP and TCP from recorded messages.\n"
    "\n"
    "  FILE             a capture (pcap, pcapng), a reply as hex digits, or\n"
    "                   text as stubdns-replay(5) describes it; - is the\n"
    "                   standard input\n"
    "  --address ADDR   where to listen; 127.0.0.1 by default\n"
    "  --port N         the port; 0, the default, takes a free one\n"
    "  --in-order       questions must come in the order of the recording\n"
    "  --timing         replies take the time they took when recorded\n"
    "  --unmatched RCODE  for what was not recorded; REFUSED by default\n"
    "  --scenario NAME  which one of the text's, by title or number\n"
    "  --check          run the scenarios with a resolver of stubdns, without\n"
    "                   a network, and print whether they went as expected\n"
    "  --help           print this\n"
    "\n"
    "Faults, at a RATE as 0.1 or 10%:\n"
    "  --loss RATE  --duplicate RATE  --reorder RATE  --truncate RATE\n"
    "  --corrupt RATE  --wrong-id RATE  --spoof RATE  --error RATE\n"
    "  --rcode RCODE    what --error sends; SERVFAIL by default\n"
    "  --delay TIME  --jitter TIME   as 80ms or 1.5s\n"
    "  --seed N         the same seed, the same faults\n"
    "\n"
    "The first line printed is the address: 127.0.0.1#PORT.  SIGTERM and\n"
    "SIGINT end the program; questions that were not recorded are listed\n"
    "then.\n"
    "\n"
    "Exit status: 0 stopped by a signal, or all as expected; 1 wrong\n"
    "arguments, 2 not as expected, 8 a file is wrong, 10 the port cannot be\n"
    "used, 11 nothing can be printed.\n";

static int complain(const char *sentence, const char *word) {
  fprintf(stderr, "stubdns-replay: %s: '%s' (see --help)\n", sentence, word);
  return STATUS_USAGE;
}

static int print_help(void) {
  if (fputs(help, stdout) == EOF || fflush(stdout) == EOF) return STATUS_OUTPUT;
  return STATUS_SUCCESS;
}

/* Reads digits, maybe with a fraction, in millionths; gives what is behind
 * them, or NULL. */
static const char *read_millionths(const char *text, uint64_t *millionths) {
  uint64_t weight = 100000;
  if (*text < '0' || *text > '9') return NULL;
  *millionths = 0;
  for (; *text >= '0' && *text <= '9'; text++) {
    *millionths = *millionths * 10 + (uint64_t)(*text - '0') * 1000000;
    if (*millionths > 1000000000000000u) return NULL;
  }
  if (*text != '.') return text;
  for (text++; *text >= '0' && *text <= '9'; text++, weight /= 10)
    *millionths += (uint64_t)(*text - '0') * weight;
  return text;
}

static int read_rate(const char *text, void *place) {
  uint64_t rate;
  const char *end = read_millionths(text, &rate);
  if (end && !strcmp(end, "%"))
    rate /= 100;
  else if (!end || *end)
    return complain("a rate is a number as 0.1 or 10%, not", text);
  if (rate > 1000000) return complain("a rate is at most 1 or 100%, not", text);
  *(uint32_t *)place = (uint32_t)rate;
  return -1;
}

static int read_time(const char *text, void *place) {
  uint64_t us;
  const char *end = read_millionths(text, &us);
  if (end && !strcmp(end, "ms"))
    us /= 1000;
  else if (!end || strcmp(end, "s") != 0)
    return complain("a time is a number of s or ms, not", text);
  if (us > 3600000000u) return complain("a time is at most an hour, not", text);
  *(uint32_t *)place = (uint32_t)us;
  return -1;
}

static int read_integer(const char *text, uint64_t *number) {
  char *end;
  if (*text < '0' || *text > '9') return 0;
  errno = 0;
  *number = strtoull(text, &end, 10);
  return !*end && !errno;
}

static int read_seed(const char *text, void *place) {
  return read_integer(text, place) ? -1
                                   : complain("a seed is a number, not", text);
}

static int read_port(const char *text, void *place) {
  uint64_t port;
  if (!read_integer(text, &port) || port > UINT16_MAX)
    return complain("a port is a number from 0 to 65535, not", text);
  *(uint16_t *)place = (uint16_t)port;
  return -1;
}

static int read_address(const char *text, void *place) {
  stubdns_address_t *address = place;
  const uint16_t port = address->port;
  if (strchr(text, '#') ||
      stubdns_address_from_text(address, text, strlen(text)) ||
      address->port != STUBDNS_PORT)
    return complain("this is no IPv4 or IPv6 address", text);
  address->port = port;
  return -1;
}

static int read_rcode(const char *text, void *place) {
  char mnemonic[24];
  for (unsigned rcode = 0; rcode < 16; rcode++) {
    stubdns_rcode_to_text(rcode, mnemonic, sizeof mnemonic, NULL);
    if (strcmp(mnemonic, text) != 0) continue;
    *(uint16_t *)place = (uint16_t)rcode;
    return -1;
  }
  return complain("an RCODE is a name as SERVFAIL, not", text);
}

static int read_word(const char *text, void *place) {
  *(const char **)place = text;
  return -1;
}

/* An option with a value, and where that goes. */
struct option {
  const char *name;
  int (*read)(const char *text, void *place);
  void *place;
};

struct toggle {
  const char *name;
  void *place;
  uint8_t value;
};

static int read_toggle(const struct toggle *toggles, size_t count,
                       const char *word) {
  for (size_t i = 0; i < count; i++) {
    if (strcmp(word, toggles[i].name) != 0) continue;
    *(uint8_t *)toggles[i].place = toggles[i].value;
    return 1;
  }
  return 0;
}

/* Whether `word` is the option's name, or the name and a value behind "="; then
 * `*value` is that. */
static int is_named(const struct option *option, const char *word,
                    const char **value) {
  const size_t length = strlen(option->name);
  if (strncmp(word, option->name, length) != 0) return 0;
  *value = word[length] == '=' ? word + length + 1 : NULL;
  return word[length] == '=' || !word[length];
}

static int read_option(const struct option *options, size_t count, int argc,
                       char **argv, int *i) {
  const char *const word = argv[*i];
  const char *value;
  for (size_t j = 0; j < count; j++) {
    if (!is_named(&options[j], word, &value)) continue;
    if (!value && *i + 1 == argc) return complain("a value must follow", word);
    return options[j].read(value ? value : argv[++*i], options[j].place);
  }
  return complain("unknown option", word);
}

/* Reads the option at `*i`; gives -1 or the status to exit with. */
static int read_word_at(struct options *options, stubdns_replay_t *replay,
                        int argc, char **argv, int *i) {
  stubdns_faults_t *faults = &replay->faults;
  const struct toggle toggles[] = {{"--in-order", &replay->in_order, 1},
                                   {"--timing", &replay->at_once, 0},
                                   {"--check", &options->is_check, 1}};
  const struct option table[] = {
      {"--port", read_port, &options->address.port},
      {"--address", read_address, &options->address},
      {"--scenario", read_word, &options->scenario},
      {"--unmatched", read_rcode, &replay->unmatched_rcode},
      {"--loss", read_rate, &faults->loss},
      {"--duplicate", read_rate, &faults->duplication},
      {"--reorder", read_rate, &faults->reordering},
      {"--truncate", read_rate, &faults->truncation},
      {"--corrupt", read_rate, &faults->corruption},
      {"--wrong-id", read_rate, &faults->wrong_id},
      {"--spoof", read_rate, &faults->spoofing},
      {"--error", read_rate, &faults->error},
      {"--rcode", read_rcode, &faults->rcode},
      {"--delay", read_time, &faults->delay_us},
      {"--jitter", read_time, &faults->jitter_us},
      {"--seed", read_seed, &faults->seed},
  };
  if (!strcmp(argv[*i], "--help") || !strcmp(argv[*i], "-h"))
    return print_help();
  if (read_toggle(toggles, sizeof toggles / sizeof toggles[0], argv[*i]))
    return -1;
  return read_option(table, sizeof table / sizeof table[0], argc, argv, i);
}

int options_read(struct options *options, stubdns_replay_t *replay, int argc,
                 char **argv) {
  int all_are_paths = 0;
  *options = (struct options){.address = {4, {127, 0, 0, 1}, 0, 0}};
  options->paths = argv;
  replay->at_once = 1;
  for (int i = 1; i < argc; i++) {
    if (!all_are_paths && !strcmp(argv[i], "--")) {
      all_are_paths = 1;
    } else if (!all_are_paths && argv[i][0] == '-' && argv[i][1]) {
      const int status = read_word_at(options, replay, argc, argv, &i);
      if (status >= 0) return status;
    } else {
      options->paths[options->path_count++] = argv[i];
    }
  }
  if (options->path_count) return -1;
  fputs("stubdns-replay: no file to answer from (see --help)\n", stderr);
  return STATUS_USAGE;
}
