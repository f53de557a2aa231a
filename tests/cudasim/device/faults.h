// Faults of running kernels become what a device reports instead of the end of the process: an access outside every allocation is
// ILLEGAL_ADDRESS, a 16-byte access to an address that is no multiple of 16 is MISALIGNED_ADDRESS, an index past the end of an array of
// known length is LAUNCH_FAILED.
#pragma once

namespace cudasim {

/// Called once on the device's thread. Faults of other threads, and of this one outside a kernel, go to the handler that was there.
void catch_faults();

}  // namespace cudasim
