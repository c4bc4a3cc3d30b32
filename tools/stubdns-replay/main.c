/* stubdns-replay: a DNS server that answers from captures and scenarios, so
 * that programs can be tried and tested without a network. */
#include "program.h"

int main(int argc, char **argv) {
  struct options options;
  stubdns_replay_t replay;
  stubdns_replay_init(&replay);
  int status = options_read(&options, &replay, argc, argv);
  if (status >= 0) return status;
  status = files_read(&replay, &options);
  if (status == STATUS_SUCCESS)
    status = options.is_check ? check_run(&replay, &options)
                              : server_run(&replay, &options);
  stubdns_replay_free(&replay);
  return status;
}
