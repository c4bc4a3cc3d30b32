/* The arguments of stubdns-replay. */
#include "program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char help[] =
    "usage: stubdns-replay FILE... [--port N]\n"
    "\n"
    "Answers DNS questions over UDP on 127.0.0.1 from recorded messages.\n"
    "\n"
    "  FILE       a capture (pcap, pcapng), or a reply as hex digits with #\n"
    "             comments\n"
    "  --port N   the port to listen on; 0, the default, takes a free one\n"
    "  --help     print this\n"
    "\n"
    "The first line printed is the address: 127.0.0.1#PORT.  A question that\n"
    "was not recorded is REFUSED, and reported on the standard error.  "
    "SIGTERM\n"
    "and SIGINT end the program.\n"
    "\n"
    "Exit status: 0 stopped by a signal, 1 wrong arguments, 8 a file is "
    "wrong,\n"
    "10 the port cannot be used, 11 nothing can be printed.\n";

static int complain(const char *sentence, const char *word) {
  fprintf(stderr, "stubdns-replay: %s: '%s' (see --help)\n", sentence, word);
  return STATUS_USAGE;
}

static int read_port(uint16_t *port, const char *text) {
  char *end;
  if (text[0] < '0' || text[0] > '9') return 0;
  const unsigned long value = strtoul(text, &end, 10);
  if (*end || value > UINT16_MAX) return 0;
  *port = (uint16_t)value;
  return 1;
}

static int print_help(void) {
  if (fputs(help, stdout) == EOF || fflush(stdout) == EOF) return STATUS_OUTPUT;
  return STATUS_SUCCESS;
}

/* Reads the option at `*i`; gives -1 or the status to exit with. */
static int read_option(struct options *options, int argc, char **argv, int *i) {
  const char *word = argv[*i];
  const char *value = NULL;
  if (!strcmp(word, "--help") || !strcmp(word, "-h")) return print_help();
  if (!strncmp(word, "--port=", 7))
    value = word + 7;
  else if (strcmp(word, "--port") != 0)
    return complain("unknown option", word);
  else if (*i + 1 == argc)
    return complain("a port number must follow", word);
  else
    value = argv[++*i];
  if (!read_port(&options->port, value))
    return complain("a port is a number from 0 to 65535, not", value);
  return -1;
}

int options_read(struct options *options, int argc, char **argv) {
  int all_are_paths = 0;
  options->port = 0;
  options->paths = argv;
  options->path_count = 0;
  for (int i = 1; i < argc; i++) {
    if (!all_are_paths && !strcmp(argv[i], "--")) {
      all_are_paths = 1;
    } else if (!all_are_paths && argv[i][0] == '-') {
      const int status = read_option(options, argc, argv, &i);
      if (status >= 0) return status;
    } else {
      options->paths[options->path_count++] = argv[i];
    }
  }
  if (options->path_count) return -1;
  fputs("stubdns-replay: no file to answer from (see --help)\n", stderr);
  return STATUS_USAGE;
}
