/* Runs the suite of a test program.  CK_FORK, CK_RUN_CASE and the other
 * variables of Check work as its manual says. */
#include "support/suite.h"

#include <stdlib.h>

int main(void) {
  SRunner *runner = srunner_create(test_suite());
  srunner_run_all(runner, CK_ENV);
  const int failed = srunner_ntests_failed(runner);
  srunner_free(runner);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
