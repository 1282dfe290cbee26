#!/bin/sh
# A restore by the driver `directory`, walked with the real program: undone, then done and the old data thrown
# away.
. tests/lib/tap.sh
set -- directory
. tests/drivers/volume/walked.sh
done_testing
